/** Files of the modeler: names, types, folders. */
import { writeJson } from '@countersign/engine';
import type { ModelFile, ModelType } from '../../api/models.js';

const extensions: Record<string, ModelType | undefined> = {
  bpmn: 'bpmn',
  xml: 'bpmn',
  form: 'form',
  dmn: 'dmn',
};

/** The type a file's name tells, or null. */
export function typeOfFile(fileName: string): ModelType | null {
  return extensions[fileName.split('.').pop()?.toLowerCase() ?? ''] ?? null;
}

/** A file's name without the ending that its type implies. */
export function bareName(fileName: string): string {
  return fileName.replace(/\.(bpmn|xml|form|dmn|json)$/i, '');
}

/** The name under which a draft is exported and deployed. */
export function resourceName(model: Pick<ModelFile, 'name' | 'type'>): string {
  return `${bareName(model.name)}.${model.type}`;
}

/** Gives a file to the browser as a download. */
export function download(name: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** The folders directly inside a folder, by name; a folder is a path such as `finance/invoices`. */
export function foldersIn(models: ModelFile[], folder: string): string[] {
  const prefix = folder ? `${folder}/` : '';
  const inside = models
    .map((model) => model.folder)
    .filter((path) => path !== folder && path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split('/')[0])
    .filter(Boolean);
  return [...new Set(inside)].sort();
}

/** A form as one starts it. */
export function newForm(name: string, id: string): string {
  const form = {
    id,
    type: 'default',
    schemaVersion: 19,
    components: [{ type: 'text', id: 'heading', text: `## ${name}` }],
  };
  return writeJson(form, 2);
}

/** The text of a chosen file, in the encoding that it declares. Throws where it is none. */
export async function textOf(file: File): Promise<string> {
  const { decodeXml } = await import('@countersign/engine');
  const bytes = new Uint8Array(await file.arrayBuffer());
  return decodeXml(bytes, (encoding) => new TextDecoder(encoding, { fatal: true }).decode(bytes));
}
