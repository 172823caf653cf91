/** The figures of the home page. */
import { request } from './request.js';

/** Figures that are counted up to a bound. */
export type Counted =
  | 'myTasks'
  | 'myGroupsTasks'
  | 'openTasks'
  | 'activeInstances'
  | 'incidents'
  | 'completedToday'
  | 'startedToday';

/** What waits, what runs, what is stuck, what the agents did today. */
export interface Overview extends Record<Counted, number> {
  agentCallsToday: number;
  agentCostToday: { amount: number; currency: string } | null;
  simulatedCallsToday: number;
  /** The figures of which there is more than they say. */
  more: Counted[];
}

/** Reads the figures. */
export function overview(signal?: AbortSignal): Promise<Overview> {
  return request('/api/overview', { signal });
}
