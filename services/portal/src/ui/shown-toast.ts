export interface ShownToast {
  id: string;
  type: 'success' | 'error' | 'info';
  title: string;
  description?: string;
  timeout: number;
  action?: { label: string; run(): void };
}
