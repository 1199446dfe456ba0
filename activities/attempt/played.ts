import type { Outcome } from '../../domain/attempt/outcome.js';
import type { Trajectory } from '../../domain/attempt/trajectory.js';

/** What an agent leaves behind besides the workspace. `scored`: it ended by itself. */
export interface Played {
  outcome: Outcome;
  trajectory: Trajectory;
  policyVersion?: string;
}
