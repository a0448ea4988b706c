import type { SchemaModule } from 'kysely';
import type { MakeMigration } from './types.ts';

export const historyAndOutbox: MakeMigration = () => ({
  async up(db) {
    await createRooms(db.schema);
    await createStays(db.schema);
    await createEvents(db.schema);
    await createOutbox(db.schema);
    await createNodes(db.schema);
  },
});

async function createRooms(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('rooms')
    .addColumn('incarnation', 'text', (column) => column.primaryKey())
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('sdk_app_id', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('room_id', 'text', (column) => column.notNull())
    .addColumn('scene', 'integer', (column) => column.notNull())
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('version', 'bigint', (column) => column.notNull())
    .execute();
  await schema.createIndex('rooms_created').on('rooms').columns(['sdk_app_id', 'created_at']).execute();
  await schema.createIndex('rooms_ended').on('rooms').column('ended_at').execute();
}

async function createStays(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('stays')
    .addColumn('incarnation', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('node_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('enter_reason', 'text', (column) => column.notNull())
    .addColumn('entered_at', 'bigint', (column) => column.notNull())
    .addColumn('left_at', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('client_ip', 'text')
    .addColumn('device_type', 'text')
    .addColumn('sdk_version', 'text')
    .addColumn('terminal_type', 'integer')
    .addColumn('user_type', 'integer')
    .addPrimaryKeyConstraint('stays_key', ['incarnation', 'session_id'])
    .execute();
  await schema.createIndex('stays_left').on('stays').column('left_at').execute();
  await schema.createIndex('stays_entered').on('stays').column('entered_at').execute();
}

async function createEvents(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('room_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incarnation', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text')
    .addColumn('user_id', 'text')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .execute();
  await schema.createIndex('room_events_of').on('room_events').columns(['incarnation', 'at']).execute();
  await schema.createIndex('room_events_at').on('room_events').column('at').execute();
}

async function createOutbox(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('outbox')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('sdk_app_id', 'bigint', (column) => column.notNull())
    .addColumn('room', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('dead_at', 'bigint')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('error', 'text')
    .execute();
  const index = schema.createIndex('outbox_of_app').on('outbox');
  await index.columns(['sdk_app_id', 'dead_at', 'position']).execute();
  await schema.createIndex('outbox_of_room').on('outbox').columns(['room', 'position']).execute();
  await schema.createIndex('outbox_at').on('outbox').column('at').execute();
  await schema
    .createTable('counters')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'bigint', (column) => column.notNull())
    .execute();
}

async function createNodes(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('nodes')
    .addColumn('node_id', 'text', (column) => column.primaryKey())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute();
}
