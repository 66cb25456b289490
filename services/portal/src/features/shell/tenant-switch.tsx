import { Building2, ChevronsUpDown } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useScope } from '../../api';
import { buttonClass, cx, Dialog, Loading } from '../../ui';

const TenantChoice = lazy(() => import('./tenant-choice').then((module) => ({ default: module.TenantChoice })));

/** Which account the page shows. With one there is nothing to choose. */
export function TenantSwitch() {
  const { tenant, session, setTenant } = useScope();
  const [is_open, setOpen] = useState(false);
  const has_choice = session.tenants.length > 1 || session.user?.is_super_admin;
  if (!has_choice) {
    return (
      <p className="flex min-w-0 items-center gap-2 text-sm font-semibold">
        <Building2 aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="truncate">{tenant.name}</span>
      </p>
    );
  }
  return (
    <>
      <button
        type="button"
        aria-label={`Account: ${tenant.name}. Switch account`}
        onClick={() => setOpen(true)}
        className={cx(buttonClass('plain'), 'w-full min-w-0 shrink justify-between')}
      >
        <span className="truncate">{tenant.name}</span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </button>
      <Dialog open={is_open} onClose={() => setOpen(false)} title="Switch account" size="sm">
        <Suspense fallback={<Loading words="Opening your accounts…" />}>
          <TenantChoice
            chosen_id={tenant.id}
            onChoose={(next) => {
              setTenant(next);
              setOpen(false);
            }}
          />
        </Suspense>
      </Dialog>
    </>
  );
}
