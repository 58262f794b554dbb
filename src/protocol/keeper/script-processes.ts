import { KINDS, MOST_EXITS, TO_MANAGER } from './wire';

/** The part of the keeper that spawns, reaps and signals processes. */
export const PROCESSES = String.raw`
# Processes.

sub spawn_process {
  my ($one, $id, $kind, $session, $umask, $folder, $file, @rest) = @_;
  my @words = splice @rest, 0, shift @rest;
  my @variables = splice @rest, 0, shift @rest;
  my @chain = splice @rest, 0, shift @rest;
  pipe my $news, my $end or return report($one, '${TO_MANAGER.spawned}', $id, 0, 'fork', $! + 0);
  my $keeper = $$;
  my $pid = fork;
  return report($one, '${TO_MANAGER.spawned}', $id, 0, 'fork', $! + 0) unless defined $pid;
  if (!$pid) {
    my $child = fcntl $end, 1030, 10;
    my $stage = set_up($one->{pid}, $session, $umask, $folder, @rest);
    $stage = run_chain(@chain) if $stage eq '' && @chain;
    # Of a keeper that is dead, the manager is told nothing: it may spawn again.
    kill 9, $$ if getppid != $keeper;
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
  $run{$pid} = { id => $id, kind => $kind, exec => fileno $news, manager => $one };
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

# Few programs have a chain: its code comes with the spawn and is compiled in the child, so the keeper stays small.
sub run_chain {
  my ($code, @links) = @_;
  my $run = eval $code or return 'chain';
  return $run->(@links);
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
    report(find_waiting($run), '${TO_MANAGER.exited}', @$exit);
  }
}

# The program's manager is the current one. For another process, its own one waits, which may be the next one already.
sub find_waiting {
  my ($run) = @_;
  my $own = $run->{manager};
  return $run->{kind} ne '${KINDS.program}' && ($manager{ $own->{fd} } // 0) == $own ? $own : $current;
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
`;
