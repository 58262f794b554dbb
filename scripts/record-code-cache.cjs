// The build preloads this file into zd's processes: on exit they write the code that they have compiled.
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
