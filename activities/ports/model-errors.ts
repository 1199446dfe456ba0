import { ModelError } from '../../domain/errors.js';

/** The attempt's tokens no longer fit the model: the agent's own doing, not a failure of the endpoint. */
export class ContextOverflow extends ModelError {}

/** Nothing answers at the endpoint: its process is gone. The caller opens the policy anew; waiting does not help. */
export class PolicyUnreachable extends ModelError {}
