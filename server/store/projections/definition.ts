/** `deployment`, `process_definition` and `form`. The resources themselves are stored beside them. */
import type { Projection } from './projection.js';

/** A deployment makes versions. */
export const definition: Projection = {
  'deployment created': (event, stamp, { tables }) => {
    const { deploymentKey, processes, forms } = event.data;
    tables.deployments.insert({ key: deploymentKey, deployed_at: stamp.at, actor: stamp.actor });
    for (const process of processes) {
      tables.processDefinitions.insert({
        key: process.key,
        process_id: process.id,
        version: process.version,
        name: process.name,
        version_tag: process.versionTag,
        start_form_id: process.startFormId,
        deployment_key: deploymentKey,
        resource_key: process.resourceKey,
        resource_name: process.resourceName,
        checksum: process.checksum,
      });
    }
    for (const form of forms) {
      tables.forms.insert({
        key: form.key,
        form_id: form.id,
        version: form.version,
        deployment_key: deploymentKey,
        resource_key: form.resourceKey,
        resource_name: form.resourceName,
        checksum: form.checksum,
      });
    }
  },
};
