// Preloaded by the build into zd's own processes: at their end they leave what they compiled for the next ones.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const dist = join(__dirname, '..', 'dist');

process.on('exit', () => {
  const boot = require.cache[join(dist, 'boot.js')];
  if (!boot) return;
  const { scripts, nameCache } = boot.exports;
  for (const [name, script] of scripts)
    writeFileSync(nameCache(join(dist, `${name}.js`)), script.createCachedData());
});
