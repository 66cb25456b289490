import { describe, expect, it } from '@jest/globals';
import type { DeliveryView } from '../../api/types';
import { withNews } from './recent';

const delivery = (id: string, status: DeliveryView['status'] = 'succeeded') => ({ id, status }) as DeliveryView;

describe('the newest deliveries of an endpoint', () => {
  it('puts new ones on top and lets the oldest go', () => {
    const rows = [delivery('dlv_3'), delivery('dlv_2'), delivery('dlv_1')];
    const news = [delivery('dlv_4'), delivery('dlv_5')];
    expect(withNews(rows, news, 4).map(({ id }) => id)).toEqual(['dlv_5', 'dlv_4', 'dlv_3', 'dlv_2']);
  });

  it('changes one that is shown in its place', () => {
    const rows = [delivery('dlv_2', 'pending'), delivery('dlv_1', 'pending')];
    expect(withNews(rows, [delivery('dlv_1')], 10)).toEqual([delivery('dlv_2', 'pending'), delivery('dlv_1')]);
  });

  it('does not show an old one that changed and was not among the newest', () => {
    const rows = [delivery('dlv_3'), delivery('dlv_2')];
    expect(withNews(rows, [delivery('dlv_1')], 2)).toEqual(rows);
  });
});
