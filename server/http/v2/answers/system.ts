/** What `/v2` answers about the server itself. */
import { z } from 'zod';
import { DONE, count, found, tenantId } from '../../openapi/answer.js';
import type { Answers } from '../../openapi/answer.js';

const partition = z.strictObject({
  partitionId: count,
  role: z.enum(['leader', 'follower', 'inactive']),
  health: z.enum(['healthy', 'unhealthy', 'dead']),
});
const topology = z.strictObject({
  brokers: z.array(
    z.strictObject({
      nodeId: count,
      host: z.string(),
      port: count,
      partitions: z.array(partition),
      version: z.string(),
    }),
  ),
  clusterId: z.string().nullable(),
  clusterSize: count,
  partitionsCount: count,
  replicationFactor: count,
  gatewayVersion: z.string(),
  lastCompletedChangeId: z.string(),
});
const license = z.strictObject({
  validLicense: z.boolean(),
  licenseType: z.string(),
  isCommercial: z.boolean(),
  expiresAt: z.string().nullable(),
});
const me = z.strictObject({
  username: z.string(),
  displayName: z.string().nullable(),
  email: z.string().nullable(),
  authorizedComponents: z.array(z.string()),
  tenants: z.array(z.strictObject({ name: z.string(), tenantId, description: z.string().nullable() })),
  groups: z.array(z.string()),
  roles: z.array(z.string()),
  salesPlanType: z.string().nullable(),
  c8Links: z.record(z.string(), z.string()),
  canLogout: z.boolean(),
});

/** The answers. */
export const SYSTEM_ANSWERS: Answers = {
  'GET /v2/topology': { id: 'getTopology', replies: [found(topology)] },
  'GET /v2/status': { id: 'getStatus', replies: [DONE] },
  'GET /v2/license': { id: 'getLicense', replies: [found(license)] },
  'GET /v2/authentication/me': { id: 'getAuthentication', replies: [found(me)] },
  'PUT /v2/clock': { id: 'pinClock', replies: [DONE] },
  'POST /v2/clock/reset': { id: 'resetClock', replies: [DONE] },
};
