/** A value of a YAML file. */
export type YamlValue =
  | string
  | number
  | boolean
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue };

/** Words that some version of YAML takes for something else: `E0` for a number. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|e[\d_.-]*)$/i;

/**
 * Writes a YAML document that every version of YAML reads alike: texts are quoted as in JSON unless they are plain words.
 *
 * @param value maps and lists
 * @param comments lines above it
 */
export function writeYaml(value: { [key: string]: YamlValue }, comments: readonly string[] = []): string {
  const lines = [...comments.map(line => `# ${line}`), ...writeMap(value, '')];
  return `${lines.join('\n')}\n`;
}

function writeMap(map: { readonly [key: string]: YamlValue }, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]) => writePair(`${indent}${quote(key)}:`, value, indent));
}

function writePair(head: string, value: YamlValue, indent: string): string[] {
  if (typeof value !== 'object') return [`${head} ${writeScalar(value)}`];
  if (Array.isArray(value)) {
    const list = value as readonly YamlValue[];
    return list.length === 0
      ? [`${head} []`]
      : [head, ...list.flatMap(item => writeItem(item, `${indent}  `))];
  }
  const lines = writeMap(value as { [key: string]: YamlValue }, `${indent}  `);
  return lines.length === 0 ? [`${head} {}`] : [head, ...lines];
}

function writeItem(value: YamlValue, indent: string): string[] {
  if (typeof value !== 'object') return [`${indent}- ${writeScalar(value)}`];
  const [first = '', ...others] = writeMap(value as { [key: string]: YamlValue }, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...others];
}

function writeScalar(value: string | number | boolean): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

function quote(text: string): string {
  if (/^[A-Za-z_][\w./-]*$/.test(text) && !RESERVED.test(text)) return text;
  // JSON leaves these, and YAML has them not, or takes them for line breaks.
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
