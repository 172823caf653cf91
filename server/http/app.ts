/** The HTTP door as a whole: guards, who is asking, the routes, and how failures are answered. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express from 'express';
import type { Logger } from 'pino';
import type { Access } from '../access/access.js';
import { createMakeChange } from '../access/directory/change.js';
import { keepKeys } from '../access/keep-key.js';
import { createSigningProofs } from '../access/signing/proofs.js';
import type { Observation } from '../observability/observation.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Sample } from '../samples/samples.js';
import type { Settings } from '../settings/settings.js';
import { API_ANSWERS } from './api/answers/all.js';
import { auditExportRoutes } from './api/audit-exports.js';
import { auditScheduleRoutes } from './api/audit-schedules.js';
import { auditRoutes } from './api/audit.js';
import { auditProofRoutes } from './api/audit-proofs.js';
import { auditTrailRoutes } from './api/audit-trail.js';
import { erasureRoutes } from './api/erasures.js';
import { evidenceRoutes } from './api/evidence.js';
import { homeRoutes } from './api/home.js';
import { jobStreamRoutes } from './api/job-stream.js';
import { liveRoutes } from './api/live.js';
import { modelRoutes } from './api/models.js';
import { signingRoutes } from './api/signing.js';
import { sessionRoutes } from './api/session.js';
import { migrationCheckRoutes } from './api/migration-checks.js';
import { ownBatchOperationRoutes } from './api/batch-operations.js';
import { retentionRoutes } from './api/retention.js';
import { incidentGroupRoutes } from './api/incident-groups.js';
import { suspensionRoutes } from './api/suspensions.js';
import { timeTravelRoutes } from './api/time-travel.js';
import { findCaller, identify, rememberCaller, requireCaller, signedIn } from './caller.js';
import type { RefusalRecords } from '../audit/refusals.js';
import type { ExportSchedules } from '../audit/schedules/schedules.js';
import type { AuditTrail } from '../audit/trail.js';
import { viewsOf } from '../audit/views/views.js';
import { boundedBodies, SMALL_BODY } from './bounded-bodies.js';
import { createDoors } from './doors.js';
import { answerError, answerErrors, unknownRoute } from './failures.js';
import { fastLane } from './fast-lane.js';
import type { LaneParts } from './fast-lane.js';
import { descriptionRoutes } from './openapi/page.js';
import { routesOf } from './openapi/routes.js';
import { healthRoutes } from './health.js';
import { checkPermission, requireDecisions, requirePermission } from './permitted.js';
import { recordRefused, recordRefusedRequests } from './refused.js';
import { noteRequest, observeRequests } from './request-log.js';
import { readableBody, sameHost, sameOrigin, securityHeaders } from './guards.js';
import { recordViews } from './viewed.js';
import { boundedSearches } from './search-limits.js';
import { shedReads } from './shedding.js';
import { plainAddress } from './null-character.js';
import { answerExactJson, jsonBodies } from './parsed-json.js';
import { V2_ANSWERS } from './v2/answers/all.js';
import { decisionRoutes } from './v2/decisions.js';
import { authorizationRoutes } from './v2/directory/authorizations.js';
import { entryRoutes } from './v2/directory/entries.js';
import { membershipRoutes } from './v2/directory/memberships.js';
import { userRoutes } from './v2/directory/users.js';
import { deploymentRoutes } from './v2/deployments.js';
import { elementInstanceRoutes } from './v2/element-instances.js';
import { expressionRoutes } from './v2/expressions.js';
import { incidentRoutes } from './v2/incidents.js';
import { jobActions, jobRoutes } from './v2/jobs.js';
import { conditionalRoutes } from './v2/conditionals.js';
import { messageRoutes } from './v2/messages.js';
import { migrationRoutes } from './v2/migrations.js';
import { batchOperationRoutes } from './v2/batch-operations.js';
import { statisticsRoutes } from './v2/statistics.js';
import { modificationRoutes } from './v2/modifications.js';
import { processDefinitionRoutes } from './v2/process-definitions.js';
import { createAction, processInstanceRoutes } from './v2/process-instances.js';
import { resourceRoutes } from './v2/resources.js';
import { systemRoutes } from './v2/system.js';
import { userTaskRoutes } from './v2/user-tasks.js';
import { variableRoutes } from './v2/variables.js';
import { webApp } from './web-app.js';

/** Everything the door needs of the house. */
export interface AppParts {
  readonly runtime: Runtime;
  readonly access: Access;
  readonly settings: Settings;
  readonly samples: readonly Sample[];
  readonly version: string;
  /** The folder of the built web app. */
  readonly webApp: string;
  readonly log: Logger;
  readonly observation: Observation;
  readonly trail: AuditTrail;
  readonly schedules: ExportSchedules;
  readonly refusals: RefusalRecords;
  /** The port the server listens on. */
  port(): number;
}

/** The application, and how to end the answers that would go on for ever. */
export interface App {
  readonly listener: RequestListener;
  close(): void;
}

/** Puts the application together. */
export function createApp(parts: AppParts): App {
  const { runtime, access, settings, samples, version, log } = parts;
  const { refusals } = parts;
  const refused = recordRefused(refusals);
  const fail = answerError(log);
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('etag', false);
  answerExactJson(app);
  const live = liveRoutes(runtime);
  const streams = jobStreamRoutes(runtime);
  const jobs = jobActions(runtime);
  const create = createAction(runtime);
  const change = createMakeChange(runtime);
  const proofs = createSigningProofs(runtime.store, access);
  const doors = createDoors(() => routesOf(app));

  app.use(observeRequests(log, parts.observation), securityHeaders, sameHost, sameOrigin);
  app.use(['/health', '/ready', '/metrics'], doors.takeMethod);
  app.use(healthRoutes(runtime, parts.trail, parts.observation, version));

  app.use(
    ['/v2', '/api'],
    plainAddress,
    identify(access, settings.authentication, refusals),
    readableBody,
    boundedBodies(settings.uploadLimit),
    jsonBodies(settings.uploadLimit),
    boundedSearches,
  );
  app.use(
    '/api',
    doors.takeContent,
    sessionRoutes(
      access,
      settings,
      version,
      { record: runtime.record, refusals },
      keepKeys(runtime.store.knex),
    ),
    descriptionRoutes(app, version, { ...V2_ANSWERS, ...API_ANSWERS }),
  );
  app.use(
    ['/v2', '/api'],
    requireCaller,
    doors.takeMethod,
    requirePermission(runtime.store.knex),
    recordViews(viewsOf(runtime)),
  );
  app.use('/v2', doors.takeContent);
  app.use(['/v2', '/api'], doors.takeBody);
  app.use(
    '/v2',
    // Routes are tried in this order: what workers and starters call most comes first.
    jobRoutes(runtime, jobs),
    processInstanceRoutes(runtime, create),
    deploymentRoutes(runtime, settings.uploadLimit),
    processDefinitionRoutes(runtime),
    elementInstanceRoutes(runtime),
    variableRoutes(runtime),
    userTaskRoutes(runtime, proofs),
    incidentRoutes(runtime),
    messageRoutes(runtime),
    conditionalRoutes(runtime),
    resourceRoutes(runtime),
    modificationRoutes(runtime),
    statisticsRoutes(runtime),
    batchOperationRoutes(runtime),
    migrationRoutes(runtime),
    decisionRoutes(runtime),
    expressionRoutes(runtime),
    userRoutes(runtime, access, change),
    entryRoutes(runtime, change),
    membershipRoutes(runtime, change),
    authorizationRoutes(runtime, change),
    systemRoutes(runtime, () => ({
      version,
      host: settings.host,
      port: parts.port(),
      canLogout: settings.authentication === 'demo',
      canPinClock: settings.clock === 'controlled',
    })),
  );
  app.use(
    '/api',
    auditRoutes(runtime),
    auditTrailRoutes(parts.trail),
    erasureRoutes({ runtime, trail: parts.trail, settle: refusals.settle }),
    auditProofRoutes(runtime, parts.trail),
    auditExportRoutes(runtime, parts.trail),
    auditScheduleRoutes(parts.schedules, settings.exportFolder),
    evidenceRoutes(runtime),
    signingRoutes(runtime, proofs),
    homeRoutes(runtime, samples, settings.uploadLimit),
    modelRoutes(runtime),
    suspensionRoutes(runtime),
    incidentGroupRoutes(runtime),
    retentionRoutes(runtime),
    ownBatchOperationRoutes(runtime),
    migrationCheckRoutes(runtime),
    timeTravelRoutes(runtime),
    live.routes,
    streams.routes,
  );
  app.use(webApp(parts.webApp));
  requireDecisions(routesOf(app));
  app.use(unknownRoute, recordRefusedRequests(refused), answerErrors(log));
  const note = noteRequest(log, parts.observation);
  const lane: LaneParts = {
    bodyLimit: Math.min(settings.uploadLimit, SMALL_BODY),
    observe: note,
    async identify(request: IncomingMessage) {
      const caller = signedIn(await findCaller(request, access, settings.authentication, refusals));
      rememberCaller(request, caller);
      await checkPermission(runtime.store.knex, request, caller);
      return caller;
    },
    fail(error: unknown, request: IncomingMessage, response: ServerResponse) {
      refused(request, error);
      fail(error, request, response);
    },
  };
  const laneRoutes = [
    { path: '/v2/process-instances', action: create },
    { path: '/v2/jobs/activation', action: jobs.activate },
    { path: '/v2/jobs/:jobKey/completion', action: jobs.complete },
  ];
  return {
    listener: shedReads(fastLane(laneRoutes, lane, app), (request, response) =>
      note(request, response, 'shed'),
    ),
    close() {
      live.close();
      streams.close();
    },
  };
}
