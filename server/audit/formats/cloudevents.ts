/** CloudEvents 1.0 in JSON, for security and event systems: a batch, or one event a line. */
import { writeJson } from '@countersign/engine';
import type { AuditRow } from '../../store/queries/audit-rows.js';
import type { ExportSource } from './format.js';
import { rowByRow } from './format.js';

/** Event types begin with this; what follows is the journal's own with dots for spaces. */
const PREFIX = 'io.countersign.audit.';

/** A row as a CloudEvent. `id` is the position, so that an event that is sent twice is known. */
export function toCloudEvent(row: AuditRow, origin: string): object {
  const { position, at, actor, type, data, ...place } = row;
  const subject = row.processInstanceKey ?? row.processDefinitionKey;
  return {
    specversion: '1.0',
    id: String(position),
    source: sourceOf(origin),
    type: PREFIX + type.replaceAll(' ', '.'),
    ...(subject !== null && { subject }),
    time: at,
    datacontenttype: 'application/json',
    actor,
    data: { ...place, data },
  };
}

/** The log as an absolute URI: a name that is the same whatever address a caller reached the server at. */
function sourceOf(origin: string): string {
  return `urn:countersign:audit:${encodeURIComponent(origin.slice(origin.lastIndexOf('/') + 1))}`;
}

const write = (rows: readonly AuditRow[], { origin }: ExportSource): string[] =>
  rows.map((row) => writeJson(toCloudEvent(row, origin)));

/** One JSON array of events (CloudEvents JSON batch format). */
export const cloudEvents = rowByRow({
  name: 'cloudevents',
  extension: 'json',
  mediaType: 'application/cloudevents-batch+json; charset=utf-8',
  head: '[\n',
  chunk: (rows, source, first) => `${first ? '' : ',\n'}${write(rows, source).join(',\n')}`,
  tail: '\n]\n',
});

/** One event a line, for collectors that read files as they grow. */
export const cloudEventLines = rowByRow({
  name: 'cloudevents-lines',
  extension: 'jsonl',
  mediaType: 'application/x-ndjson; charset=utf-8',
  chunk: (rows, source) => `${write(rows, source).join('\n')}\n`,
});
