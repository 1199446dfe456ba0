import { TaskError } from '../../../domain/errors.js';

/** Said after a request when a program is retold more often than its kind has wordings. */
const closings = ['', ' Thanks.', ' Thank you!', ' That is all.', ' No need to explain it.', ' Thanks in advance.'];

/** How many different instructions a kind with this many wordings can give of one program. */
export function retellingsOf(wordingCount: number): number {
  return wordingCount * closings.length;
}

/**
 * The instruction for one retelling. `first` turns the list of wordings, so that retelling 0 of different programs is
 * told in different ways. Throws TaskError when a template names a fact that the program does not have.
 */
export function tell(
  wordings: readonly string[],
  facts: Readonly<Record<string, string>>,
  turn: { first: number; retelling: number },
): string {
  const template = wordings[(turn.first + turn.retelling) % wordings.length] ?? '';
  const closing = closings[Math.floor(turn.retelling / wordings.length)];
  if (closing === undefined) throw new TaskError(`retelling ${turn.retelling} is beyond the wordings there are`);
  const told = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const fact = facts[name];
    if (fact === undefined) throw new TaskError(`the wording "${template}" names {${name}}, which the program lacks`);
    return fact;
  });
  return told + closing;
}
