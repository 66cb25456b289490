import { Download } from 'lucide-react';
import { useState } from 'react';
import { addressOf, useApi, useScope } from '../../api';
import { Button, toast } from '../../ui';
import { filterOf, type AuditSearch } from './search';

/** All entries that the filters let through, as a file that the browser saves while it comes. */
export function ExportButton({ search }: { search: AuditSearch }) {
  const api = useApi();
  const { tenant_id, mode } = useScope();
  const [is_busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      // A download says nothing to the page when it is refused. Asking first finds out what is wrong with the filters,
      // and renews the session, which the browser's own request could not do.
      await api.list('/audit', { ...filterOf(search), per_page: 1 });
      save(addressOf('/audit.csv', { ...filterOf(search), tenant_id, mode }));
      toast.info('The export is being downloaded', 'It holds all entries that the present filters show.');
    } catch (error) {
      toast.error('The log could not be exported.', error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button icon={Download} busy={is_busy && 'Preparing…'} onClick={() => void download()}>
      Export CSV
    </Button>
  );
}

function save(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}
