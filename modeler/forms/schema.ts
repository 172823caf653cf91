/** Form schemas as this app changes them before showing: buttons and decided fields are the page's own. */

/** A component of a form, as far as this app looks into it. */
interface Component {
  type?: string;
  key?: string;
  components?: Component[];
}

function kept(components: Component[], keys: readonly string[]): Component[] {
  return components
    .filter((component) => component.type !== 'button' && !(component.key && keys.includes(component.key)))
    .map((component) =>
      component.components ? { ...component, components: kept(component.components, keys) } : component,
    );
}

/** The schema without its buttons and without the fields of these keys. */
export function withoutFields(schema: unknown, keys: readonly string[]): Record<string, unknown> {
  if (typeof schema !== 'object' || schema === null) throw new TypeError('The form is not a JSON object.');
  const form = schema as Record<string, unknown> & { components?: Component[] };
  return { ...form, components: kept(form.components ?? [], keys) };
}
