/* Numbers of ioctl_tty(2) for scripts in Perl, the same on x86-64 and arm64, and flags of termios(3). */

export const TCGETS = 0x5401;
export const TCSETS = 0x5402;
export const TIOCGWINSZ = 0x5413;
export const TIOCSWINSZ = 0x5414;
export const TIOCGPTN = 0x80045430;
export const TIOCSPTLCK = 0x40045431;
export const IXON = 0o2000;
export const IUTF8 = 0o40000;
