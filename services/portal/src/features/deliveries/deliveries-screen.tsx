import { PageHeader } from '../../ui';
import { DeliveryLog } from './delivery-log';

export function DeliveriesScreen() {
  return (
    <>
      <PageHeader
        title="Delivery log"
        description="Every event that is sent to your webhooks, as it happens. Open one to see what was sent and what came back."
      />
      <DeliveryLog />
    </>
  );
}
