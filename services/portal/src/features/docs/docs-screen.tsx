import { ExternalLink, PageHeader, Tabs, useSearchState } from '../../ui';
import { referenceUrl } from './address';
import { Authentication } from './authentication';
import { Limits } from './limits';
import type { DocsSearch } from './search';
import { TryIt } from './try-it';
import { Verification } from './verification';

export function DocsScreen() {
  const [{ topic = 'authentication', language = 'node' }, setSearch] = useSearchState<DocsSearch>();
  return (
    <>
      <PageHeader
        title="Docs"
        description={
          <>
            The essentials, with this account’s own addresses and names. Every operation with all its fields is in the{' '}
            <ExternalLink href={referenceUrl()}>API reference</ExternalLink>.
          </>
        }
      />
      <Tabs
        label="Topics"
        value={topic}
        onChange={(next) => setSearch({ topic: next })}
        tabs={[
          { value: 'authentication', label: 'Authentication', content: <Authentication /> },
          { value: 'limits', label: 'Limits and errors', content: <Limits /> },
          {
            value: 'webhooks',
            label: 'Verify webhooks',
            content: <Verification language={language} onLanguage={(next) => setSearch({ language: next })} />,
          },
          { value: 'try', label: 'Try it', content: <TryIt /> },
        ]}
      />
    </>
  );
}
