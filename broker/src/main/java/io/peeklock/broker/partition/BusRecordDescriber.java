/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BranchXid;
import io.peeklock.journal.JournalStore;
import io.peeklock.journal.inspect.RecordDescriber;
import java.nio.ByteBuffer;

/**
 * Tells the inspector what the records of a partition mean.
 *
 * <p>Stateless, thread safe. Shows numbers and states, never contents or properties.
 */
public final class BusRecordDescriber implements RecordDescriber {

    @Override
    public boolean knows(int journal) {
        return journal != JournalStore.DEFINITIONS;
    }

    @Override
    public String name(int kind) {
        for (RecordKind known : RecordKind.values()) {
            if (known.id() == kind) {
                return known.name();
            }
        }
        return "";
    }

    @Override
    public String describe(int kind, ByteBuffer body) {
        try {
            if (kind == RecordKind.ENTITY.id()) {
                EntityRecord entity = EntityRecord.decode(body);
                return "entity " + entity.definition().id() + ", "
                        + entity.definition().title() + " version "
                        + entity.definition().version() + ", numbers reserved up to " + entity.reservedNumber();
            }
            if (kind == RecordKind.MESSAGE.id()) {
                MessageRecord message = MessageRecord.decode(body);
                return "message " + message.sequenceNumber() + " of entity " + message.entityId() + ", "
                        + message.contentBytes() + " bytes"
                        + (message.chunks() == 0 ? "" : " in " + message.chunks() + " chunks") + ", priority "
                        + message.priority() + ", enqueued " + message.enqueuedTimeMs();
            }
            if (kind == RecordKind.DELIVERY.id()) {
                DeliveryState delivery = DeliveryRecord.decode(body);
                Placement placement = delivery.placement();
                return delivery.state() + ", delivery count " + delivery.deliveryCount()
                        + (placement == null
                                ? ""
                                : (placement.dueMs() == 0 ? "," : ", due " + placement.dueMs()) + " as message "
                                        + placement.sequenceNumber())
                        + (delivery.isHeldBack() ? ", held back until " + delivery.heldBackUntilMs() : "")
                        + (delivery.handedOut() ? ", handed out" : "")
                        + (delivery.deadLettered() ? ", dead-lettered" : "");
            }
            if (kind == RecordKind.SEEN_ID.id()) {
                SeenIdRecord seen = SeenIdRecord.decode(body);
                return "id of message " + seen.sequenceNumber() + " of entity " + seen.entityId() + ", seen "
                        + seen.seenMs();
            }
            if (kind == RecordKind.SESSION_STATE.id()) {
                SessionStateRecord state = SessionStateRecord.decode(body);
                return "state of a session of entity " + state.entityId() + ", " + state.state().length + " bytes";
            }
            if (kind == RecordKind.TRANSFER.id()) {
                TransferRecord transfer = TransferRecord.decode(body);
                return "transfer " + transfer.id() + " of " + transfer.numbers().size() + " messages of entity "
                        + transfer.entityId() + " to entity " + transfer.destinationId() + " in partition "
                        + transfer.destinationPartition();
            }
            if (kind == RecordKind.ARRIVAL.id()) {
                Arrival arrival = ArrivalRecord.decode(body, 0);
                return "transfer " + arrival.transfer() + " of partition " + arrival.sourcePartition() + " has come, "
                        + arrival.refused().size() + " messages refused";
            }
            if (kind == RecordKind.BRANCH.id()) {
                return describe(BranchRecord.decode(body));
            }
            if (kind == RecordKind.DECISION.id()) {
                Decision decision = DecisionRecord.decode(body, 0);
                return "transaction " + decision.id() + " is committed, partitions " + decision.participants()
                        + " have yet to do their parts";
            }
            return kind == RecordKind.CHUNK.id() ? "a piece of a content" : "";
        } catch (RuntimeException e) {
            return "cannot be read: " + e.getMessage();
        }
    }

    private static String describe(BranchRecord.Piece piece) {
        if (piece.pieces() > 1) {
            return "piece " + piece.number() + " of " + piece.pieces() + " of a prepared transaction";
        }
        BranchRecord branch = BranchText.decode(ByteBuffer.wrap(piece.bytes()));
        BranchXid xid = branch.part().xid();
        return "transaction " + branch.part().id() + (xid == null ? "" : ", branch " + xid)
                + ", coordinated by partition "
                + branch.part().coordinator() + ", " + branch.state() + " since " + branch.preparedAtMs() + ", "
                + branch.settlements().size() + " messages settled, "
                + branch.sends().size() + " sent, "
                + branch.states().size() + " states of sessions";
    }
}
