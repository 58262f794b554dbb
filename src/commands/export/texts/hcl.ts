/** A value of HCL, the language of Nomad. */
export type HclValue = string | number | boolean | readonly HclValue[] | { readonly [key: string]: HclValue };

/** A block with a label or without; its body is attributes and blocks in their order. */
export interface HclBlock {
  type: string;
  label?: string;
  body: readonly (HclBlock | { readonly [key: string]: HclValue })[];
}

/**
 * Writes a file with one block.
 *
 * @param comments lines above it
 */
export function writeHcl(block: HclBlock, comments: readonly string[]): string {
  return `${[...comments.map(line => `# ${line}`), ...writeBlock(block, '')].join('\n')}\n`;
}

function writeBlock({ type, label, body }: HclBlock, indent: string): string[] {
  const head = label === undefined ? type : `${type} ${quote(label)}`;
  const more = `${indent}  `;
  const lines = body.flatMap(part => (isBlock(part) ? writeBlock(part, more) : writeAttributes(part, more)));
  return [`${indent}${head} {`, ...lines, `${indent}}`];
}

function isBlock(part: HclBlock['body'][number]): part is HclBlock {
  return Array.isArray((part as HclBlock).body);
}

function writeAttributes(map: { readonly [key: string]: HclValue }, indent: string): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const [first = '', ...others] = writeValue(value, indent);
    return [`${indent}${key} = ${first}`, ...others];
  });
}

/** The lines of a value; the first has no indent. */
function writeValue(value: HclValue, indent: string): string[] {
  if (typeof value === 'string') return [quote(value)];
  if (typeof value !== 'object') return [String(value)];
  if (Array.isArray(value)) return [`[${value.map(item => writeValue(item, indent).join('\n')).join(', ')}]`];
  const pairs = Object.entries(value as { [key: string]: HclValue });
  const lines = pairs.map(
    ([key, one]) => `${indent}  ${quote(key)} = ${writeValue(one, `${indent}  `).join('\n')}`,
  );
  return ['{', ...lines, `${indent}}`];
}

/** `${` and `%{` begin templates. A dollar before one of them would belong to it, so it is written by its number. */
function quote(text: string): string {
  const escaped = text.replace(/["\\]|\p{Cc}|\u2028|\u2029/gu, escapeCharacter);
  return `"${escaped
    .replace(/\$+(?=\{)/g, run => `${'\\u0024'.repeat(run.length - 1)}$$`)
    .replace(/%+(?=\{)/g, run => `${'\\u0025'.repeat(run.length - 1)}%%`)}"`;
}

const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', '"': '\\"' };

function escapeCharacter(char: string): string {
  return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
