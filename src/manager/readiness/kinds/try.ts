/** Why a probe does not hold. */
export interface Problem {
  /** The last answer, as a clause: `connection refused`. */
  says: string;
  /** It cannot be tried at all. */
  isTrouble?: boolean;
  /** It did not answer in time. */
  isLate?: boolean;
}

export type Answer = Problem | null;

/**
 * Tries a probe once.
 *
 * @param done called at most once, perhaps before this returns: null when it holds
 * @returns a function that ends the try; `done` is not called after that
 */
export type Try = (done: (answer: Answer) => void) => () => void;

/** Makes a try of an answer that is known at once. */
export function answerAtOnce(look: () => Answer): Try {
  return done => {
    done(look());
    return () => {};
  };
}
