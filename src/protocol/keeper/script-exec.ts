/** What a process changes of itself before it becomes another program. */
export const EXEC = String.raw`
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
