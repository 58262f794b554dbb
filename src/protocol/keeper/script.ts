import { EXEC } from './script-exec';
import { MANAGERS } from './script-managers';
import { PROCESSES } from './script-processes';
import { RELAY } from './script-relay';
import { FRAME, ROLES } from './wire';

/**
 * The numbers of system calls for which Perl has no function without a module; modules cost 14 ms and 2 MiB. Elsewhere
 * there is no keeper. See syscalls(2); aarch64 uses the generic table of the kernel.
 */
const SYSCALLS = {
  x64: {
    close: 3,
    rt_sigaction: 13,
    rt_sigprocmask: 14,
    execve: 59,
    setsid: 112,
    prctl: 157,
    sched_setaffinity: 203,
    ioprio_set: 251,
    signalfd4: 289,
    dup3: 292,
    clock_gettime: 228,
    prlimit64: 302,
    pidfd_send_signal: 424,
    pidfd_open: 434,
    close_range: 436,
  },
  arm64: {
    dup3: 24,
    ioprio_set: 30,
    close: 57,
    signalfd4: 74,
    rt_sigaction: 134,
    rt_sigprocmask: 135,
    setsid: 157,
    clock_gettime: 113,
    sched_setaffinity: 122,
    prctl: 167,
    execve: 221,
    prlimit64: 261,
    pidfd_send_signal: 424,
    pidfd_open: 434,
    close_range: 436,
  },
} as const;

/** The processors on which a keeper can run, as `process.arch` names them. */
export function hasSyscalls(arch: string): arch is keyof typeof SYSCALLS {
  return Object.hasOwn(SYSCALLS, arch);
}

/**
 * The keeper, in Perl without modules: the parent of the program, of its helpers and of the manager. It has no rule in
 * it, opens no file of its own and writes to no disk; it spawns, reaps, signals and reports, and begins a manager when
 * there is none. What it is told, and what it answers, is in `wire.ts`.
 *
 * Its arguments: the role; the user to become first, as UID:GID:GROUP..., or nothing; the soft limit of open files to
 * restore, or nothing; 1 if managers get a session of their own; what ps(1) shows; then the words of a manager to begin
 * and, behind an empty one, its variables.
 *
 * @param arch one that `hasSyscalls` knows
 */
export function writeKeeperScript(arch: keyof typeof SYSCALLS): string {
  return withNumbers([KEEPER, MANAGERS, PROCESSES, EXEC], arch);
}

/**
 * A script that becomes a program with exactly these bytes. Descriptor 3 gives it, in one frame, the soft limit of open
 * files or nothing, the file, the count and the words, and the count and the variables; it gets the errno when that
 * fails.
 *
 * @param arch one that `hasSyscalls` knows
 */
export function writeExecScript(arch: keyof typeof SYSCALLS): string {
  return withNumbers([READ_PROGRAM, BECOME, EXEC], arch);
}

/** A script that runs a program, which it is given in the same way, on another terminal; see `RELAY`. */
export function writeRelayScript(arch: keyof typeof SYSCALLS): string {
  return withNumbers([READ_PROGRAM, RELAY, EXEC], arch);
}

function withNumbers(parts: readonly string[], arch: keyof typeof SYSCALLS): string {
  const numbers = Object.entries(SYSCALLS[arch]).map(([name, number]) => `${name} => ${number}`);
  return parts.join('').replace('%NUMBERS%', numbers.join(', '));
}

const READ_PROGRAM = `
my %call = (%NUMBERS%);
open my $wire, '+<&=', 3 or exit 126;
my $told = '';
while (length $told < 4 || length $told < 4 + unpack 'N', $told) {
  exit 126 unless sysread $wire, $told, 1048576, length $told;
}
fcntl $wire, 2, 1;
my ($limit, $file, @rest) = unpack '${FRAME}', substr $told, 4;
my @words = splice @rest, 0, shift @rest;
my @variables = splice @rest, 0, shift @rest;
`;

const BECOME = `
restore_limit($limit) if $limit ne '';
restore_signals();
execute($file, \\@words, \\@variables);
syswrite $wire, $! + 0;
exit 126;
`;

const KEEPER = `
my %call = (%NUMBERS%);
my ($role, $whom, $limit, $session, $title, @first) = @ARGV;
become_user($whom) if $whom ne '';
restore_limit($limit) if $limit ne '';
chdir '/';

my $usable = syscall($call{prctl}, 36, 1, 0, 0, 0) == 0;
# In the foreground, a client that is killed must not leave the program behind: its end is a SIGTERM (1 is PDEATHSIG).
syscall($call{prctl}, 1, 15, 0, 0, 0) unless $session;
$SIG{$_} = 'IGNORE' for qw(PIPE XFSZ);
# Signals are read in the loop, because Perl's deferred handlers lose wake-ups.
my $mask = pack 'Q', 1 << 0 | 1 << 1 | 1 << 2 | 1 << 9 | 1 << 11 | 1 << 14 | 1 << 16;
syscall($call{rt_sigprocmask}, 0, $mask, 0, 8);
my $signals = syscall($call{signalfd4}, -1, $mask, 8, 0x80800);
$usable = 0 unless $signals >= 0 && open my $signalled, '<&=', $signals;

my (%manager, %run, %exec, %held, @exits);
my ($current, $next, $awaited) = (0, 0, 0);
my ($isOver, $last, $quick, $isDue, $sequence, $memo) = (0, {}, 0, 0, 0, '');
my ($words, $variables) = split_command(@first);
$0 = $title;
if ($role eq '${ROLES.attach}') {
  exit 1 unless $usable && open my $wire, '+<&=', 3;
  $current = add_manager($wire, getppid, 0);
  welcome($current, $role, '');
} elsif ($usable) {
  $current = begin_manager($role, '', $words, $variables) or exit 1;
} else {
  restore_signals();
  execute($words->[0], $words, $variables);
  exit 126;
}

until ($isOver) {
  my ($reads, $writes) = ('', '');
  vec($reads, $_, 1) = 1 for $signals, keys %manager, keys %exec;
  for (keys %manager) { vec($writes, $_, 1) = 1 if $manager{$_}{out} ne '' }
  my $ready = select $reads, $writes, undef, $isDue ? 1 : undef;
  revive() if $isDue;
  next if $ready <= 0;
  for (grep { vec $reads, $_, 1 } keys %exec) { report_spawned($_) }
  for my $fd (keys %manager) {
    send_rest($manager{$fd}) if vec $writes, $fd, 1;
    receive($manager{$fd}) if vec $reads, $fd, 1;
  }
  read_signals() if vec $reads, $signals, 1;
}
exit exit_status($last->{ending} // 0);
`;
