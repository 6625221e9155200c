/** What developers are told of a step that went well, in English. */
export const developersSaidEn = {
  key_registered: 'The key is registered. It may sign now.',
  key_revoked: 'The key is revoked.',
  key_source_set: 'The address is saved. Its keys may sign now.',
  key_source_ended: 'The address is not used any more.',
  webhook_changed: 'The endpoint is changed.',
  webhook_enabled: 'The endpoint is enabled. It gets events from now on.',
  webhook_removed: 'The endpoint is deleted.',
  webhook_tested: 'A test event is on its way. It stands in the deliveries in a moment.',
  webhook_resent: 'The event is on its way again.',
  clock_arrived: 'The clock has arrived.',
  clock_moves: 'The clock is on its way. Load this page again to see how far it has come.',
};

/** 一步做成之后，对开发人员说的话，中文。 */
export const developersSaidZhCn: typeof developersSaidEn = {
  key_registered: '密钥已登记，现在可以签名。',
  key_revoked: '密钥已吊销。',
  key_source_set: '地址已保存，其中的密钥现在可以签名。',
  key_source_ended: '不再使用这个地址。',
  webhook_changed: '端点已更改。',
  webhook_enabled: '端点已启用，从现在起会收到事件。',
  webhook_removed: '端点已删除。',
  webhook_tested: '测试事件正在路上，稍后会出现在投递记录里。',
  webhook_resent: '事件正在重新发送。',
  clock_arrived: '时钟已到达。',
  clock_moves: '时钟正在走。重新载入本页可看走到了哪里。',
};

/** How the audit log calls what developers do, in English. */
export const developersActionsEn = {
  key_registered: 'Registered a key',
  key_revoked: 'Revoked a key',
  key_source_set: 'Set the address of the keys',
  key_source_ended: 'Ended the address of the keys',
  webhook_added: 'Added a webhook endpoint',
  webhook_changed: 'Changed a webhook endpoint',
  webhook_enabled: 'Enabled a webhook endpoint',
  webhook_rotated: 'Gave a webhook endpoint a new secret',
  webhook_removed: 'Deleted a webhook endpoint',
  clock_advanced: 'Moved the sandbox’s clock',
  scenario_played: 'Played a scenario',
};

/** 审计日志怎样称呼开发人员所做的事，中文。 */
export const developersActionsZhCn: typeof developersActionsEn = {
  key_registered: '登记了密钥',
  key_revoked: '吊销了密钥',
  key_source_set: '设置了密钥的地址',
  key_source_ended: '停用了密钥的地址',
  webhook_added: '添加了 webhook 端点',
  webhook_changed: '更改了 webhook 端点',
  webhook_enabled: '启用了 webhook 端点',
  webhook_rotated: '为 webhook 端点换了新密钥',
  webhook_removed: '删除了 webhook 端点',
  clock_advanced: '拨动了沙盒时钟',
  scenario_played: '运行了一个场景',
};
