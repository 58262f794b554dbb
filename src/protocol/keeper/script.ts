import { FRAME, KINDS, LONGEST_FRAME, MOST_EXITS, ROLES, TO_KEEPER, TO_MANAGER } from './wire';

/** Seconds: a manager that ends sooner ended quickly, and after so many of those in a row no other one is begun. */
const QUICK_END = 5;
const MOST_QUICK_ENDS = 3;
/** Bytes for a manager that does not read; exits are told to the next one again. */
const MOST_UNSENT = 1 << 20;

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
    signalfd4: 289,
    dup3: 292,
    prlimit64: 302,
    pidfd_send_signal: 424,
    pidfd_open: 434,
    close_range: 436,
  },
  arm64: {
    dup3: 24,
    close: 57,
    signalfd4: 74,
    rt_sigaction: 134,
    rt_sigprocmask: 135,
    setsid: 157,
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
  const numbers = Object.entries(SYSCALLS[arch]).map(([name, number]) => `${name} => ${number}`);
  return KEEPER_SCRIPT.replace('%NUMBERS%', numbers.join(', '));
}

const KEEPER_SCRIPT = String.raw`
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

# Managers.

sub begin_manager {
  my ($as, $memo, $words, $variables) = @_;
  socketpair my $ours, my $theirs, 1, 1, 0 or return 0;
  my $pid = fork;
  return 0 unless defined $pid;
  if (!$pid) {
    syscall($call{setsid}) if $session;
    fcntl $theirs, 2, 0;
    restore_signals();
    execute($words->[0], $words, [@$variables, 'ZD_KEEPER=' . fileno $theirs]);
    exit 126;
  }
  # The pipe of the launcher belongs to the first manager alone.
  syscall($call{close}, 3) if $as eq '${ROLES.launch}';
  my $one = add_manager($ours, $pid, 1);
  $one->{isInCharge} = $as eq '${ROLES.revive}';
  welcome($one, $as, $memo);
  return $one;
}

sub add_manager {
  my ($wire, $pid, $isChild) = @_;
  fcntl $wire, 4, 2048 | fcntl $wire, 3, 0;
  my $fd = fileno $wire;
  return $manager{$fd} = { fd => $fd, wire => $wire, pid => $pid, isChild => $isChild, in => '', out => '', began => time };
}

sub welcome {
  my ($one, $as, $memo) = @_;
  my @runs = map { ($_, $run{$_}{id}, $run{$_}{kind}) } keys %run;
  report($one, '${TO_MANAGER.exited}', @$_) for @exits;
  report($one, '${TO_MANAGER.welcome}', $as, $$, $memo, @runs);
}

# A manager is gone when its end of the wire is closed.
sub lose_manager {
  my ($one) = @_;
  delete $manager{ $one->{fd} };
  close $one->{wire};
  if ($one == $next) {
    $next = 0;
    return report($current, '${TO_MANAGER.closed}');
  }
  ($current, $next) = ($next, 0);
  if ($current) {
    $current->{isInCharge} = 1;
    report($current, '${TO_MANAGER.exited}', @$_) for @exits;
    return report($current, '${TO_MANAGER.closed}');
  }
  $last = $one;
  if (!$one->{isInCharge} || $one->{leaves} || $one->{ends}) {
    # Its exit status is the keeper's, for whoever waits for that.
    return $isOver = 1 unless $one->{isChild} && !defined $one->{ending};
    return $awaited = $one;
  }
  $quick = time - $one->{began} < ${QUICK_END} ? $quick + 1 : 0;
  revive() if $quick < ${MOST_QUICK_ENDS};
}

# Without a process to fork it is tried again a second later.
sub revive {
  $current = begin_manager('${ROLES.revive}', $memo, $words, $variables);
  $isDue = !$current;
}

sub receive {
  my ($one) = @_;
  my $length = sysread $one->{wire}, $one->{in}, 65536, length $one->{in};
  return if !defined $length && ($! == 11 || $! == 4);
  return lose_manager($one) if !$length;
  while (length $one->{in} >= 4) {
    my $size = unpack 'N', $one->{in};
    return lose_manager($one) if $size > ${LONGEST_FRAME};
    last if length $one->{in} < 4 + $size;
    obey($one, unpack '${FRAME}', substr substr($one->{in}, 0, 4 + $size, ''), 4);
  }
}

sub obey {
  my ($one, $word, @fields) = @_;
  if ($word eq '${TO_KEEPER.spawn}') { spawn_process($one, @fields) }
  elsif ($word eq '${TO_KEEPER.signal}') { send_signal($one, @fields) }
  elsif ($word eq '${TO_KEEPER.saved}') { @exits = grep { $_->[0] != $fields[0] } @exits }
  elsif ($word eq '${TO_KEEPER.next}') {
    $memo = shift @fields;
    ($words, $variables) = split_command(@fields);
    $one->{isInCharge} = 1;
  }
  elsif ($word eq '${TO_KEEPER.succeed}') {
    my $memo = shift @fields;
    $next = begin_manager('${ROLES.succeed}', $memo, split_command(@fields));
    report($one, $next ? ('${TO_MANAGER.begun}', $next->{pid}) : '${TO_MANAGER.closed}');
  }
  elsif ($word eq '${TO_KEEPER.talk}') {
    my ($other) = grep { $_ != $one } values %manager;
    report($other || $one, $other ? '${TO_MANAGER.talk}' : '${TO_MANAGER.closed}', @fields);
  }
  elsif ($word eq '${TO_KEEPER.hold}') {
    my ($slot, $fd) = @fields;
    my $isOpen = sysopen my $end, "/proc/$one->{pid}/fd/$fd", 2048;
    $held{$slot} = $end if $isOpen;
  }
  elsif ($word eq '${TO_KEEPER.leave}') {
    $one->{leaves} = 1;
    $isOver = 1 if $fields[0];
  }
}

sub report {
  my ($one, @fields) = @_;
  return if !$one || length $one->{out} > ${MOST_UNSENT};
  $one->{out} .= pack 'N/a*', pack '${FRAME}', @fields;
  send_rest($one);
}

sub send_rest {
  my ($one) = @_;
  my $length = syswrite $one->{wire}, $one->{out};
  substr $one->{out}, 0, $length, '' if $length;
}

# As a shell has it, for signals too.
sub exit_status { return $_[0] & 127 ? 128 + ($_[0] & 127) : $_[0] >> 8 }

sub split_command {
  my ($words, $variables) = ([], []);
  push @$words, shift while @_ && $_[0] ne '';
  shift;
  return ($words, [@_]);
}

# Processes.

sub spawn_process {
  my ($one, $id, $kind, $session, $umask, $folder, $file, @rest) = @_;
  my @words = splice @rest, 0, shift @rest;
  my @variables = splice @rest, 0, shift @rest;
  pipe my $news, my $end or return report($one, '${TO_MANAGER.spawned}', $id, 0, 'fork', $! + 0);
  my $pid = fork;
  return report($one, '${TO_MANAGER.spawned}', $id, 0, 'fork', $! + 0) unless defined $pid;
  if (!$pid) {
    my $child = fcntl $end, 1030, 10;
    my $stage = set_up($one->{pid}, $session, $umask, $folder, @rest);
    if ($stage eq '') {
      $stage = 'exec';
      restore_signals();
      execute($file, \@words, \@variables);
    }
    my $text = $stage . ' ' . ($! + 0);
    open my $told, '>&=', $child;
    syswrite $told, $text;
    # Not exit, which would act for the keeper.
    kill 9, $$;
  }
  close $end;
  $run{$pid} = { id => $id, kind => $kind, exec => fileno $news };
  $exec{ fileno $news } = { news => $news, pid => $pid, manager => $one };
}

# Descriptors of the manager are opened by way of /proc: no path of a disk is looked up, and a name may be gone.
sub set_up {
  my ($manager, $session, $umask, $folder, @given) = @_;
  syscall($call{setsid}) if $session;
  umask $umask;
  # Without a name it is where the manager is; one that it could not enter itself is the keeper's as well.
  my $isThere = chdir($folder eq '' ? "/proc/$manager/cwd" : $folder);
  return 'directory' unless $isThere || $folder eq '';
  my @opened;
  while (my ($target, $source, $mode) = splice @given, 0, 3) {
    my $path = $source eq '' ? '/dev/null' : "/proc/$manager/fd/$source";
    sysopen my $file, $path, $mode or return "descriptor-$target";
    push @opened, [$target, fcntl $file, 0, 10];
  }
  close_on_exec();
  for (@opened) {
    my ($target, $source) = @$_;
    return "descriptor-$target" if syscall($call{dup3}, $source + 0, $target + 0, 0) < 0;
  }
  return '';
}

# All descriptors from 3 on; 4 is CLOSE_RANGE_CLOEXEC, of Linux 5.11.
sub close_on_exec {
  return if syscall($call{close_range}, 3, 2147483647, 4) == 0;
  opendir my $list, '/proc/self/fd' or return;
  for (grep { /^\d+$/ && $_ > 2 } readdir $list) {
    my $isOpen = open my $one, '+<&=', $_;
    next unless $isOpen;
    fcntl $one, 2, 1;
    $held{"fd $_"} = $one;
  }
}

sub report_spawned {
  my ($fd) = @_;
  my $one = delete $exec{$fd} or return;
  sysread $one->{news}, my $text, 100;
  my $run = $run{ $one->{pid} };
  delete $run->{exec};
  return report($one->{manager}, '${TO_MANAGER.spawned}', $run->{id}, $one->{pid}, '', 0) if !$text;
  $run->{failed} = 1;
  report($one->{manager}, '${TO_MANAGER.spawned}', $run->{id}, 0, split / /, $text);
}

sub reap {
  while ((my $pid = waitpid -1, 1) > 0) {
    my $ending = $?;
    my ($one) = grep { $_ && $_->{pid} == $pid } $awaited, values %manager;
    $one->{ending} = $ending if $one;
    $isOver = 1 if $one && $one == $awaited;
    # An orphan of the program's: nobody asks how it ended.
    my $run = $run{$pid} or next;
    report_spawned($run->{exec}) if defined $run->{exec};
    delete $run{$pid};
    next if $run->{failed};
    my $exit = [++$sequence, $run->{id}, $pid, $ending, time];
    if ($run->{kind} eq '${KINDS.program}') {
      push @exits, $exit;
      shift @exits if @exits > ${MOST_EXITS};
    }
    report($current, '${TO_MANAGER.exited}', @$exit);
  }
}

sub send_signal {
  my ($one, $id, $pid, $start, $signal) = @_;
  report($one, '${TO_MANAGER.signalled}', $id, $run{$pid} ? signal_child($pid, $signal) : signal_other($pid, $start, $signal));
}

# Of a child that is not reaped the number is still its own, and so is that of its group, which a signal below 0 is for.
sub signal_child { return kill($_[1], $_[0]) ? 0 : $! + 0 }

# The descriptor stands for the process that had the number when it was opened; its start time says which one that was.
sub signal_other {
  my ($pid, $start, $signal) = @_;
  my $fd = syscall($call{pidfd_open}, $pid + 0, 0);
  return $! + 0 if $fd < 0;
  open my $process, '<&=', $fd;
  return 3 if start_time($pid) ne $start;
  return syscall($call{pidfd_send_signal}, $fd, $signal + 0, 0, 0) < 0 ? $! + 0 : 0;
}

sub start_time {
  open my $stat, '<', "/proc/$_[0]/stat" or return '';
  my $text = <$stat> // '';
  return (split ' ', substr $text, 1 + rindex $text, ')')[19] // '';
}

# HUP, INT, QUIT, USR1, USR2 and TERM are the manager's; where there is none, one is begun to hear of it.
sub read_signals {
  my $length = sysread $signalled, my $all, 1280;
  for (my $at = 0; $length && $at < $length; $at += 128) {
    my $signal = unpack 'L', substr $all, $at, 4;
    if ($signal == 17) { reap(); next }
    next if !$current && ($signal == 10 || $signal == 12);
    $quick = 0;
    revive() unless $current;
    $current->{ends} = 1 if $current && $signal == 15;
    report($current, '${TO_MANAGER.told}', $signal);
  }
}

# What the keeper is, and what others get.

sub become_user {
  my ($uid, $gid, @groups) = split /:/, $_[0];
  $( = $gid;
  $) = join ' ', $gid, @groups ? @groups : $gid;
  ($<, $>) = ($uid, $uid);
  exit 77 if $< != $uid || $> != $uid || $( != $gid;
  # As another program: the files of this process in /proc still belong to root.
  open my $list, '<', '/proc/self/cmdline' or exit 77;
  local $/;
  my @all = split /\0/, <$list>, -1;
  pop @all;
  my ($dashes) = grep { $all[$_] eq '--' } 0 .. $#all;
  $all[$dashes + 2] = '';
  execute($^X, \@all, ["PATH=$ENV{PATH}"]);
  exit 77;
}

# Node raises the soft limit of open files, whose number is 7, to the hard one.
sub restore_limit {
  my $old = pack 'Q2', 0, 0;
  return if syscall($call{prlimit64}, 0, 7, 0, $old) < 0;
  my $new = pack 'Q2', $_[0], (unpack 'Q2', $old)[1];
  syscall($call{prlimit64}, 0, 7, $new, 0);
}

# Of all signals, those that libc keeps for itself included; an ignored one would stay ignored.
sub restore_signals {
  my $default = pack 'Q4', 0, 0, 0, 0;
  for (1 .. 64) { syscall($call{rt_sigaction}, $_, $default, 0, 8) }
  my $none = pack 'Q', 0;
  syscall($call{rt_sigprocmask}, 2, $none, 0, 8);
}

# Perl's exec searches PATH and hands to a shell what the kernel refuses.
sub execute {
  my ($file, $words, $variables) = @_;
  my @all = map { "$_" } @$words, @$variables;
  my $argv = pack('p*', @all[0 .. $#$words]) . pack 'Q', 0;
  my $envp = (@$variables ? pack 'p*', @all[@$words .. $#all] : '') . pack 'Q', 0;
  syscall($call{execve}, $file, $argv, $envp);
}
`;
