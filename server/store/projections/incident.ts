/** `incident`: one row for each incident; it stays when it was resolved. */
import { placeOf } from './place.js';
import type { Projection } from './projection.js';

/** An incident is created and resolved. */
export const incident: Projection = {
  'incident created': (event, stamp, { tables }) => {
    tables.incidents.insert({
      key: event.data.incidentKey,
      ...placeOf(event, stamp),
      error_type: event.data.errorType,
      error_message: event.data.errorMessage,
      job_key: event.data.jobKey,
      resume: event.data.resume,
      state: 'ACTIVE',
      created_at: stamp.at,
      resolved_at: null,
    });
  },
  'incident resolved': (event, stamp, { tables }) => {
    tables.incidents.update(event.data.incidentKey, { state: 'RESOLVED', resolved_at: stamp.at });
  },
};
