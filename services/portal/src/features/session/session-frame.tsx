import type { ReactNode } from 'react';
import icon from '../../assets/icon.svg';

/** Around the screens that one sees without being signed in. */
export function SessionFrame({
  title,
  description,
  children,
}: {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 px-4 py-10">
      <title>{`${title} · API & Integrations`}</title>
      <header className="flex flex-col gap-2">
        <img src={icon} alt="" className="mb-2 size-10" />
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {description && <p className="text-sm text-muted">{description}</p>}
      </header>
      {children}
    </main>
  );
}
