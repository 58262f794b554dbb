/**
 * One change that a new process makes to itself, between fork(2) and execve(2). The numbers and names are those of the
 * system calls.
 */
export interface Link {
  call: keyof typeof CALLS;
  args: readonly (string | number)[];
  /** The setting that demands it, for messages. */
  says: string;
}

/** What a new process changes of itself, and the code that does it; only a program with such settings has one. */
export interface Chain {
  code: string;
  links: readonly Link[];
}

/*
 * The calls in Perl without modules; each returns whether it succeeded, with the errno in $!. The numbers 1 and 13 of
 * ioprio_set are IOPRIO_WHO_PROCESS and IOPRIO_CLASS_SHIFT, 38 of prctl is PR_SET_NO_NEW_PRIVS.
 */
const CALLS = {
  /** niceness */
  nice: 'setpriority 0, 0, $_[0]',
  /** class, level */
  ionice: 'syscall($call{ioprio_set}, 1, 0, $_[0] << 13 | $_[1]) >= 0',
  /** numbers of processors and ranges of them, with commas; the kernel leaves out those that do not exist */
  affinity: `my $mask = '';
    for (split /,/, $_[0]) {
      my ($first, $last) = split /-/;
      vec($mask, $_, 1) = 1 for $first .. $last // $first;
    }
    syscall($call{sched_setaffinity}, 0, length $mask, $mask) >= 0`,
  /** score */
  oom: `my $isOpen = open my $file, '>', '/proc/self/oom_score_adj';
    $isOpen && defined syswrite $file, $_[0]`,
  /** number, soft limit, hard limit; an empty one stays */
  limit: `my ($number, @new) = @_;
    my $limits = pack 'Q2', 0, 0;
    return 0 if syscall($call{prlimit64}, 0, $number + 0, 0, $limits) < 0;
    my @old = unpack 'Q2', $limits;
    $limits = pack 'Q2', map { $new[$_] eq '' ? $old[$_] : $new[$_] } 0, 1;
    syscall($call{prlimit64}, 0, $number + 0, $limits, 0) >= 0`,
  /** folder */
  chroot: `chroot $_[0] and chdir '/'`,
  /** user, group, all groups; an empty user stays */
  become: `my ($uid, $gid, @groups) = @_;
    @groups = $gid unless @groups;
    $( = $gid;
    $) = "$gid @groups";
    my ($is, $wanted) = map { my %set = map { $_ => 1 } @$_; join ' ', sort keys %set } [split ' ', $)], [$gid, @groups];
    return 0 if $( != $gid || $is ne $wanted;
    return 1 if $uid eq '';
    ($<, $>) = ($uid, $uid);
    $< == $uid && $> == $uid`,
  /** folder */
  enter: 'chdir $_[0]',
  /** folder, which is only a habit */
  'try-to-enter': `chdir $_[0] or chdir '/'`,
  'no-new-privileges': 'syscall($call{prctl}, 38, 1, 0, 0, 0) == 0',
} as const;

/**
 * A function in Perl for the process that is to become a program. Its arguments are links: name, count and arguments of
 * each. It returns nothing, or the stage that failed.
 */
export const CODE = `
my %link = (
${Object.entries(CALLS)
  .map(([name, code]) => `  '${name}' => sub { ${code} },`)
  .join('\n')}
);
sub {
  for (my $at = 0; @_; $at++) {
    my ($name, @given) = splice @_, 0, 2 + $_[1];
    shift @given;
    return "link-$at" unless $link{$name}->(@given);
  }
  return '';
}
`;
