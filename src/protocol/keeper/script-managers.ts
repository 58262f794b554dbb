import { FRAME, LONGEST_FRAME, ROLES, TO_KEEPER, TO_MANAGER } from './wire';

/** Seconds: a manager that ends sooner ended quickly, and after so many of those in a row no other one is begun. */
const QUICK_END = 5;
const MOST_QUICK_ENDS = 3;
/** Bytes for a manager that does not read; exits are told to the next one again. */
const MOST_UNSENT = 1 << 20;

/** The part of the keeper that begins managers, listens to them and replaces a dead one. */
export const MANAGERS = `
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
  return $manager{$fd} = { fd => $fd, wire => $wire, pid => $pid, isChild => $isChild, in => '', out => '', began => uptime() };
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
  $quick = uptime() - $one->{began} < ${QUICK_END} ? $quick + 1 : 0;
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
  elsif ($word eq '${TO_KEEPER.hold}') { hold_open($one, @fields) }
  elsif ($word eq '${TO_KEEPER.release}') {
    delete $held{ $fields[0] };
    report($one, '${TO_MANAGER.answered}', $fields[1], 0) if $fields[1] ne '';
  }
  elsif ($word eq '${TO_KEEPER.leave}') {
    $one->{leaves} = 1;
    $isOver = 1 if $fields[0];
  }
}

# 2048 is O_NONBLOCK, because a FIFO may have no other end; 6 is LOCK_EX and LOCK_NB. A file that the slot has locked
# stays so: the next manager names it again.
sub hold_open {
  my ($one, $slot, $fd, $flags, $id) = @_;
  my $isOpen = sysopen my $end, "/proc/$one->{pid}/fd/$fd", 2048 | $flags;
  my $isSame = $isOpen && $id ne '' && $held{$slot} && join(':', (stat $end)[0, 1]) eq join ':', (stat $held{$slot})[0, 1];
  $isOpen &&= flock $end, 6 if $id ne '' && !$isSame;
  my $errno = $isOpen ? 0 : $! + 0;
  $held{$slot} = $end if $isOpen && !$isSame;
  report($one, '${TO_MANAGER.answered}', $id, $errno) if $id ne '';
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

# Seconds on the monotonic clock (1): the time of day may be set.
sub uptime {
  my $now = pack 'q2', 0, 0;
  syscall($call{clock_gettime}, 1, $now);
  return (unpack 'q2', $now)[0];
}

sub split_command {
  my ($words, $variables) = ([], []);
  push @$words, shift while @_ && $_[0] ne '';
  shift;
  return ($words, [@_]);
}
`;
