/**
 * XES (IEEE 1849-2023), for process mining: a trace for each tree of process instances, which is one case from its
 * start to its end with everything it called, and its steps as events in their order.
 */
import { createFindStep, resourceOf } from './mining.js';
import type { MiningStep } from './mining.js';
import type { ExportFormat } from './format.js';

const HEAD = (origin: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/" xes.version="1849.2023" xes.features="">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
    <string key="lifecycle:transition" value="complete"/>
    <string key="org:resource" value=""/>
  </global>
  <classifier name="Activity" scope="event" keys="concept:name"/>
  <classifier name="ActivityAndTransition" scope="event" keys="concept:name lifecycle:transition"/>
  <string key="lifecycle:model" value="standard"/>
  <string key="concept:name" value="${xml(`Audit trail of ${origin}`)}"/>
`;

/** One log of all traces. */
export const xes: ExportFormat = {
  name: 'xes',
  extension: 'xes',
  mediaType: 'application/xml; charset=utf-8',
  async *write(source) {
    yield HEAD(source.origin);
    const stepOf = createFindStep(source.findProcess);
    let open: string | null = null;
    for await (const rows of source.rows.byTree()) {
      let text = '';
      for (const row of rows) {
        const step = await stepOf(row);
        if (!step) continue;
        source.count(1);
        const root = row.rootProcessInstanceKey ?? '';
        if (root !== open) {
          text += `${open === null ? '' : '  </trace>\n'}${traceHead(root, step)}`;
          open = root;
        }
        text += event(step);
      }
      if (text !== '') yield text;
    }
    yield `${open === null ? '' : '  </trace>\n'}</log>\n`;
  },
};

/** A trace is named by the key of the root instance; its first step may be one of an instance that was called. */
function traceHead(root: string, { row, process }: MiningStep): string {
  const name = attribute('string', 'concept:name', root, 4);
  if (row.processInstanceKey !== root) return `  <trace>\n${name}`;
  const ofProcess = attribute('string', 'countersign:process', process.processId, 4);
  return `  <trace>\n${name}${ofProcess}${attribute('int', 'countersign:version', String(process.version), 4)}`;
}

function event({ row, activity, elementType, process, transition, run }: MiningStep): string {
  const attributes = [
    attribute('string', 'concept:name', activity),
    attribute('string', 'concept:instance', row.elementInstanceKey ?? ''),
    attribute('date', 'time:timestamp', row.at),
    attribute('string', 'lifecycle:transition', transition),
    attribute('string', 'org:resource', resourceOf(row.actor)),
    attribute('int', 'countersign:position', String(row.position)),
    attribute('string', 'countersign:element', row.elementId ?? ''),
    attribute('string', 'countersign:elementType', elementType),
    ...(run === null ? [] : [attribute('int', 'countersign:run', String(run))]),
    attribute('string', 'countersign:process', process.processId),
    attribute('string', 'countersign:processInstance', row.processInstanceKey ?? ''),
  ];
  return `    <event>\n${attributes.join('')}    </event>\n`;
}

function attribute(type: 'string' | 'int' | 'date', key: string, value: string, indent = 6): string {
  return `${' '.repeat(indent)}<${type} key="${key}" value="${xml(value)}"/>\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A text as the value of an attribute. What XML 1.0 cannot hold becomes U+FFFD. */
function xml(text: string): string {
  return text
    .replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character])
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}
