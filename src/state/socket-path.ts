/** Bytes of a Unix socket's path, without the closing NUL (unix(7); macOS and BSD have 104 with it). */
export const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;
