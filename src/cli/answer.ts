import { captureOutput, readSentences, replaceStreams, Sink } from '../client/capture';
import type { ActionContext } from '../client/context';
import { ExitStatus, UsageError } from '../system/errors';
import { writeJson } from '../system/show-controls';
import { reportError } from './report-error';

type World = Omit<ActionContext, 'configuration'>;

/** What matters here of a command. The caller looks it up: the table would load the whole client once more. */
export interface Answering {
  name: string;
  changes?: boolean;
  answers?: boolean;
}

/** The version of the layout of the object. */
const SCHEMA = 1;

/**
 * Runs a command with `--json`: collects what it prints, and in the end prints one object.
 *
 * @param context
 * @param answering the command
 * @param run the command, with the context that it gets
 * @returns its exit status
 * @throws UsageError for a command whose standard output is the program's
 */
export async function answerInJson<Context extends World>(
  context: Context,
  { name, changes }: Answering,
  run: (context: Context) => Promise<number>,
): Promise<number> {
  if (name === 'fg') throw new UsageError("cannot use --json with fg: standard output is the program's");
  const { context: own, captured } = captureOutput(context, true);
  let status: number;
  try {
    status = await run(own);
  } catch (error) {
    status = reportError(error, own);
  }
  const object = name === 'status' ? readObject(captured.stdout) : null;
  const changed = changes ? { changed: false } : {};
  context.write(
    `${writeJson(
      object ?? {
        schema: SCHEMA,
        command: name,
        status,
        ...changed,
        ...captured.facts,
        text: captured.stdout.trim(),
        errors: readSentences(captured.stderr),
      },
    )}\n`,
  );
  return status;
}

/** Runs a command with `-q`: what it prints on standard output is dropped if it succeeds. */
export async function answerQuietly<Context extends World>(
  context: Context,
  { answers }: Answering,
  run: (context: Context) => Promise<number>,
): Promise<number> {
  if (answers) return run(context);
  let held = '';
  const write = (text: string) => {
    held += text;
  };
  let status: number = ExitStatus.failed;
  try {
    status = await run(replaceStreams(context, { write, stdout: new Sink(write), quiet: true }));
  } finally {
    if (status !== ExitStatus.done) context.write(held);
  }
  return status;
}

/** `status` prints an object of its own. */
function readObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
