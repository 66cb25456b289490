import { describe, expect, it } from '@jest/globals';
import { QUEUES } from '@switchboard/shared';
import { workerConfigSchema } from '@switchboard/worker/config';
import { parse, parseAllDocuments } from 'yaml';
import { environmentVariables } from './environment-table.js';
import { filesBelow, readText } from './repository.js';

interface Container {
  image: string;
  command?: string[];
  securityContext?: object;
  livenessProbe?: { httpGet: { path: string } };
  readinessProbe?: { httpGet: { path: string } };
  resources?: { requests?: object; limits?: { memory?: string } };
}

interface Manifest {
  kind: string;
  metadata: { name: string };
  spec: {
    template?: { spec: PodSpec };
    scaleTargetRef?: { name: string };
    triggers?: { metadata: { listName: string } }[];
  };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

interface PodSpec {
  containers: [Container];
  securityContext?: object;
  terminationGracePeriodSeconds?: number;
}

const BASE = 'infra/k8s/base';
/** The services take this much longer than a delivery may take, when they are told to stop. */
const SHUTDOWN_MARGIN_MS = 5_000;

function manifestsIn(file: string): Manifest[] {
  return parseAllDocuments(readText(`${BASE}/${file}`)).map((document) => document.toJS() as Manifest);
}

const { resources } = parse(readText(`${BASE}/kustomization.yaml`)) as { resources: string[] };
const manifests = resources.flatMap(manifestsIn);

function podOf(name: string): PodSpec {
  const pod = manifests.find((manifest) => manifest.metadata.name === name && manifest.spec?.template)?.spec.template
    ?.spec;
  if (!pod) throw new Error(`There is no workload ${name}.`);
  return pod;
}

describe(`the manifests of ${BASE}`, () => {
  it('are all in kustomization.yaml, but for the examples', () => {
    const files = filesBelow(BASE, '.yaml').map((file) => file.slice(BASE.length + 1));
    const expected = files.filter((file) => file !== 'kustomization.yaml' && !file.includes('.example.'));
    expect([...resources].sort()).toEqual(expected.sort());
  });

  it.each(['switchboard-api', 'switchboard-worker'])(
    'run %s without root, on a read-only file system, within its memory',
    (name) => {
      const { securityContext, containers } = podOf(name);
      expect(securityContext).toMatchObject({ runAsNonRoot: true });
      expect(containers[0].securityContext).toMatchObject({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
      });
      expect(containers[0].resources).toMatchObject({
        requests: expect.anything(),
        limits: { memory: expect.any(String) },
      });
    },
  );

  it.each(['switchboard-api', 'switchboard-worker'])(
    'ask %s whether it lives and whether it is ready, which are two questions',
    (name) => {
      const [container] = podOf(name).containers;
      expect(container.livenessProbe?.httpGet.path).toBe('/healthz');
      expect(container.readinessProbe?.httpGet.path).toBe('/readyz');
    },
  );

  it.each(['Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'])(
    'have a %s of the API and of the worker',
    (kind) => {
      const names = manifests.filter((manifest) => manifest.kind === kind).map((manifest) => manifest.metadata.name);
      expect(names.sort()).toEqual(['switchboard-api', 'switchboard-worker']);
    },
  );

  it('give a worker the time to finish its attempts in flight', () => {
    const text = manifestsIn('config-map.yaml')[0]?.data?.DELIVERY_TIMEOUT;
    const deliveryTimeoutMs = workerConfigSchema.shape.DELIVERY_TIMEOUT.parse(text);
    const graceSeconds = podOf('switchboard-worker').terminationGracePeriodSeconds ?? 0;
    expect(graceSeconds * 1_000).toBeGreaterThan(deliveryTimeoutMs + SHUTDOWN_MARGIN_MS);
  });

  it('set only what the services know, and nothing that they would refuse', () => {
    const known = new Map(environmentVariables().map((variable) => [variable.name, variable.schema]));
    for (const [name, value] of Object.entries(manifestsIn('config-map.yaml')[0]?.data ?? {})) {
      expect([name, known.get(name)?.safeParse(value).success]).toEqual([name, true]);
    }
    const secrets = manifestsIn('secret.example.yaml').flatMap((manifest) => Object.keys(manifest.stringData ?? {}));
    expect(secrets.filter((name) => !known.has(name))).toEqual([]);
  });

  it('hold every setting that must be set, as a secret', () => {
    const given = manifestsIn('secret.example.yaml').flatMap((manifest) => Object.keys(manifest.stringData ?? {}));
    const required = environmentVariables().filter((variable) => variable.defaultText === undefined);
    expect(given).toEqual(expect.arrayContaining(required.map((variable) => variable.name)));
  });

  it('offer to scale the workers by the lists that the queues really have', () => {
    const scaled = manifestsIn('worker-scaled-object.example.yaml').find(
      (manifest) => manifest.kind === 'ScaledObject',
    );
    const prefix = workerConfigSchema.shape.QUEUE_PREFIX.parse(undefined);
    expect(scaled?.spec.scaleTargetRef?.name).toBe('switchboard-worker');
    expect(scaled?.spec.triggers?.map((trigger) => trigger.metadata.listName)).toEqual([
      `${prefix}:${QUEUES.deliveries.name}:wait`,
      `${prefix}:${QUEUES.retries.name}:wait`,
    ]);
  });
});
