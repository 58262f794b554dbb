/** A value of a property list; plist(5). */
export type PlistValue =
  | string
  | number
  | boolean
  | readonly PlistValue[]
  | { readonly [key: string]: PlistValue };

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">`;

/**
 * Writes a property list in XML.
 *
 * @param comments lines above it
 */
export function writePlist(value: { [key: string]: PlistValue }, comments: readonly string[]): string {
  // Two dashes would end a comment of XML early.
  const above = comments.map(line => `<!-- ${escapeText(line).replace(/-(?=-|$)/g, '- ')} -->\n`).join('');
  return `${HEAD}\n${above}<plist version="1.0">\n${write(value, '')}\n</plist>\n`;
}

/** Whether XML has all of its characters. */
export function isXmlText(text: string): boolean {
  return !/(?![\t\n\r\x7f-\x9f])\p{Cc}|[\ufffe\uffff]|\p{Cs}/u.test(text);
}

function write(value: PlistValue, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${escapeText(value)}</string>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `${indent}<${value}/>`;
  const more = `${indent}  `;
  if (Array.isArray(value)) {
    const items = (value as readonly PlistValue[]).map(item => write(item, more));
    return [`${indent}<array>`, ...items, `${indent}</array>`].join('\n');
  }
  const pairs = Object.entries(value).map(
    ([key, one]) => `${more}<key>${escapeText(key)}</key>\n${write(one, more)}`,
  );
  return [`${indent}<dict>`, ...pairs, `${indent}</dict>`].join('\n');
}

/** Readers of XML make a newline of a carriage return. */
function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}
