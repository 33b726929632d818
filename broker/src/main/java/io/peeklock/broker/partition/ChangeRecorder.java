/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.message.Message;
import io.peeklock.journal.Batch;

/**
 * Writes the durable changes into a batch. The counterpart of {@link PartitionLoader}.
 *
 * <p>Stateless, thread safe.
 */
final class ChangeRecorder {

    private ChangeRecorder() {}

    /** Adds the records of a change, if it has any. Returns whether it has. */
    static boolean record(Change change, Batch batch) {
        if (change instanceof Change.Enqueued c && c.entry().isDurable()) {
            put(c.entry(), batch);
            return true;
        }
        if (change instanceof Change.DeliveryChanged c && c.entry().isDurable()) {
            batch.replace(c.entry().recordId, RecordKind.DELIVERY.id(), DeliveryRecord.body(c.next()));
            return true;
        }
        if (change instanceof Change.Removed c && c.entry().isDurable()) {
            long id = c.entry().recordId;
            for (int i = 0; i <= c.entry().chunks; i++) {
                batch.remove(id + i);
            }
            return true;
        }
        if (change instanceof Change.EntitySet c && c.recordId() != 0) {
            EntityRecord record = new EntityRecord(c.definition(), c.reservedNumber());
            if (c.fragment().recordId == c.recordId()) {
                batch.replace(c.recordId(), RecordKind.ENTITY.id(), record.body());
            } else {
                batch.put(c.recordId(), RecordKind.ENTITY.id(), record.body());
                if (c.fragment().recordId != 0) {
                    batch.remove(c.fragment().recordId);
                }
            }
            return true;
        }
        if (change instanceof Change.IdSeen c && c.id().isDurable()) {
            SeenId id = c.id();
            batch.put(
                    id.recordId(),
                    RecordKind.SEEN_ID.id(),
                    new SeenIdRecord(c.fragment().entityId(), id.sequenceNumber(), id.seenMs(), id.key()).body());
            return true;
        }
        if (change instanceof Change.IdForgotten c && c.id().isDurable()) {
            batch.remove(c.id().recordId());
            return true;
        }
        if (change instanceof Change.EntityEmptied c && c.fragment().recordId != 0) {
            batch.remove(c.fragment().recordId);
            return true;
        }
        if (change instanceof Change.OfTransfer c) {
            return transfer(c, batch);
        }
        if (change instanceof Change.OfBranch c) {
            part(c, batch);
            return true;
        }
        if (change instanceof Change.OfDecision c) {
            decision(c, batch);
            return true;
        }
        return change instanceof Change.SessionStateSet c && state(c, batch);
    }

    private static void part(Change.OfBranch change, Batch batch) {
        if (change instanceof Change.PartPrepared c) {
            for (int i = 0; i < c.bodies().size(); i++) {
                batch.put(
                        c.part().recordId + i,
                        RecordKind.BRANCH.id(),
                        c.bodies().get(i));
            }
        } else if (change instanceof Change.PartEnded c) {
            for (int i = 0; i < c.part().records; i++) {
                batch.remove(c.part().recordId + i);
            }
        }
    }

    private static void decision(Change.OfDecision change, Batch batch) {
        if (change instanceof Change.Decided c) {
            batch.put(c.decision().recordId(), RecordKind.DECISION.id(), DecisionRecord.body(c.decision()));
        } else if (change instanceof Change.PartsLeft c) {
            Decision left = c.decision();
            if (left.participants().isEmpty()) {
                batch.remove(left.recordId());
            } else {
                batch.replace(left.recordId(), RecordKind.DECISION.id(), DecisionRecord.body(left));
            }
        }
    }

    private static boolean transfer(Change.OfTransfer change, Batch batch) {
        long recordId = 0;
        if (change instanceof Change.TransferBegun c && c.transfer().recordId != 0) {
            recordId = c.transfer().recordId;
            batch.put(
                    recordId,
                    RecordKind.TRANSFER.id(),
                    TransferRecord.of(c.transfer()).body());
        } else if (change instanceof Change.TransferEnded c && c.transfer().recordId != 0) {
            recordId = c.transfer().recordId;
            batch.remove(recordId);
        } else if (change instanceof Change.Arrived c && c.arrival().recordId() != 0) {
            recordId = c.arrival().recordId();
            batch.put(recordId, RecordKind.ARRIVAL.id(), ArrivalRecord.body(c.arrival()));
        } else if (change instanceof Change.ArrivalForgotten c && c.arrival().recordId() != 0) {
            recordId = c.arrival().recordId();
            batch.remove(recordId);
        }
        return recordId != 0;
    }

    private static boolean state(Change.SessionStateSet change, Batch batch) {
        byte[] state = change.state();
        if (state != null && change.recordId() != 0) {
            SessionStateRecord record = new SessionStateRecord(change.fragment().entityId(), change.sessionId(), state);
            batch.put(change.recordId(), RecordKind.SESSION_STATE.id(), record.body());
        }
        if (change.oldRecordId() != 0) {
            batch.remove(change.oldRecordId());
        }
        return change.recordId() != 0 || change.oldRecordId() != 0;
    }

    private static void put(MessageEntry entry, Batch batch) {
        Message message = entry.message;
        if (message == null) {
            throw new IllegalStateException("message " + entry.sequenceNumber + " has no content to write");
        }
        batch.put(entry.recordId, RecordKind.MESSAGE.id(), MessageRecord.body(entry, message));
        for (int i = 0; i < entry.chunks; i++) {
            batch.put(
                    entry.recordId + 1 + i, RecordKind.CHUNK.id(), MessageRecord.chunk(message, entry.contentBytes, i));
        }
    }
}
