/** The figures of the home page. */
import { request } from './request.js';

/** What waits, what runs, what is stuck, what the agents did today. */
export interface Overview {
  myTasks: number;
  myGroupsTasks: number;
  openTasks: number;
  activeInstances: number;
  incidents: number;
  completedToday: number;
  startedToday: number;
  agentCallsToday: number;
  agentCostToday: { amount: number; currency: string } | null;
  simulatedCallsToday: number;
}

/** Reads the figures. */
export function overview(signal?: AbortSignal): Promise<Overview> {
  return request('/api/overview', { signal });
}
