import { answerJson } from './answer-json';
import { answerText } from './answer-text';
import type { Answer } from './connection';
import type { Requests } from './requests';

/**
 * Answers one request line in its own protocol, text or JSON (docs/protocol.rst).
 *
 * @param line the request without its newline
 * @param requests the manager
 */
export function answerRequest(line: string, requests: Requests): Promise<Answer> | Answer {
  return line.trimStart().startsWith('{') ? answerJson(line, requests) : answerText(line, requests);
}
