/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.message.PropertyCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a prepared part is written.
 *
 * <pre>
 * | id of the branch 16 | coordinator 4 | state 1 | prepared ms 8 | xid | participants | settlements | sends | states
 *
 * xid:          bytes of the global id 1, 0 for none, and then nothing follows | global id | bytes of the qualifier 1
 *               | qualifier | format 4
 * participants: count 4 | of each: partition 4
 * settlements:  count 4 | of each: message's record 8 | kind 1 | of kind 1: delay ms 8 | of kind 3: reason, description
 *               | of kinds 1 to 3: length 4, property map
 * sends:        count 4 | of each: destination 8 | reserved number 8 | due ms 8 | sent ms 8 | flags 1
 *               | if flag 2: partition key, message id | copies: count 4 | of each: message's record 8 | lives ms 8
 * states:       count 4 | of each: entity 8 | session id | length 4, -1 for none | state
 * </pre>
 *
 * <p>State: 0 prepared, 1 committed by hand, 2 rolled back by hand. Kinds: 0 complete, 1 abandon, 2 defer, 3 dead-letter, 4
 * release. Flags: 1 its schedule is by the bus's rules, 2 its id is remembered, 4 in the journal. Texts as {@link RecordText} has
 * them. Stateless, thread safe.
 */
final class BranchText {
    private static final int COMPLETE = 0;
    private static final int ABANDON = 1;
    private static final int DEFER = 2;
    private static final int DEAD_LETTER = 3;
    private static final int RELEASE = 4;
    private static final int BY_THE_BUS = 1;
    private static final int HAS_ID = 2;
    private static final int DURABLE = 4;

    private BranchText() {}

    static byte[] encode(BranchRecord branch) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            putPart(out, branch.part(), branch.state(), branch.preparedAtMs());
            out.writeInt(branch.settlements().size());
            for (Map.Entry<Long, Settlement> one : branch.settlements().entrySet()) {
                out.writeLong(one.getKey());
                putSettlement(out, one.getValue());
            }
            out.writeInt(branch.sends().size());
            for (BranchRecord.Send send : branch.sends()) {
                putSend(out, send);
            }
            out.writeInt(branch.states().size());
            for (BranchRecord.State state : branch.states()) {
                out.writeLong(state.entityId());
                putText(out, state.sessionId());
                byte[] next = state.state();
                out.writeInt(next == null ? -1 : next.length);
                out.write(next == null ? new byte[0] : next);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    static BranchRecord decode(ByteBuffer in) {
        UUID id = new UUID(in.getLong(), in.getLong());
        int coordinator = in.getInt();
        PreparedBranch.State state = stateOf(in.get());
        long preparedAtMs = in.getLong();
        BranchXid xid = xid(in);
        List<Integer> participants = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            participants.add(in.getInt());
        }
        Map<Long, Settlement> settlements = new LinkedHashMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            settlements.put(in.getLong(), settlement(in));
        }
        List<BranchRecord.Send> sends = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            sends.add(send(in));
        }
        List<BranchRecord.State> states = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            long entityId = in.getLong();
            String sessionId = requireText(in);
            int length = in.getInt();
            states.add(new BranchRecord.State(entityId, sessionId, length < 0 ? null : bytes(in, length)));
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(
                    "a prepared transaction is followed by " + in.remaining() + " bytes that are nothing");
        }
        PreparedPart part = new PreparedPart(id, coordinator, xid, participants);
        return new BranchRecord(part, state, preparedAtMs, settlements, sends, states);
    }

    private static void putPart(DataOutputStream out, PreparedPart part, PreparedBranch.State state, long preparedAtMs)
            throws IOException {
        out.writeLong(part.id().getMostSignificantBits());
        out.writeLong(part.id().getLeastSignificantBits());
        out.writeInt(part.coordinator());
        out.writeByte(
                switch (state) {
                    case PREPARED -> 0;
                    case HEURISTICALLY_COMMITTED -> 1;
                    case HEURISTICALLY_ROLLED_BACK -> 2;
                });
        out.writeLong(preparedAtMs);
        BranchXid xid = part.xid();
        if (xid == null) {
            out.writeByte(0);
        } else {
            out.writeByte(xid.gtrid().length);
            out.write(xid.gtrid());
            out.writeByte(xid.bqual().length);
            out.write(xid.bqual());
            out.writeInt(xid.formatId());
        }
        out.writeInt(part.participants().size());
        for (int participant : part.participants()) {
            out.writeInt(participant);
        }
    }

    private static PreparedBranch.State stateOf(byte id) {
        return switch (id) {
            case 0 -> PreparedBranch.State.PREPARED;
            case 1 -> PreparedBranch.State.HEURISTICALLY_COMMITTED;
            case 2 -> PreparedBranch.State.HEURISTICALLY_ROLLED_BACK;
            default -> throw new IllegalArgumentException("unknown state " + id + " of a prepared transaction");
        };
    }

    private static @Nullable BranchXid xid(ByteBuffer in) {
        byte length = in.get();
        if (length == 0) {
            return null;
        }
        byte[] gtrid = bytes(in, length);
        byte[] bqual = bytes(in, in.get());
        return new BranchXid(in.getInt(), gtrid, bqual);
    }

    private static void putSettlement(DataOutputStream out, Settlement settlement) throws IOException {
        if (settlement instanceof Settlement.Complete) {
            out.writeByte(COMPLETE);
        } else if (settlement instanceof Settlement.Release) {
            out.writeByte(RELEASE);
        } else if (settlement instanceof Settlement.Abandon abandon) {
            out.writeByte(ABANDON);
            out.writeLong(abandon.delayMs());
            putMap(out, abandon.properties());
        } else if (settlement instanceof Settlement.Defer defer) {
            out.writeByte(DEFER);
            putMap(out, defer.properties());
        } else if (settlement instanceof Settlement.DeadLetter deadLetter) {
            out.writeByte(DEAD_LETTER);
            putText(out, deadLetter.reason());
            putText(out, deadLetter.description());
            putMap(out, deadLetter.properties());
        }
    }

    private static Settlement settlement(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case COMPLETE -> Settlement.COMPLETE;
            case RELEASE -> Settlement.RELEASE;
            case ABANDON -> {
                long delayMs = in.getLong();
                yield new Settlement.Abandon(map(in), delayMs);
            }
            case DEFER -> new Settlement.Defer(map(in));
            case DEAD_LETTER -> {
                String reason = RecordText.get(in);
                String description = RecordText.get(in);
                yield new Settlement.DeadLetter(reason, description, map(in));
            }
            default -> throw new IllegalArgumentException("unknown settlement " + kind + " of a prepared transaction");
        };
    }

    private static void putSend(DataOutputStream out, BranchRecord.Send send) throws IOException {
        out.writeLong(send.destinationId());
        out.writeLong(send.reservedNumber());
        out.writeLong(send.dueMs());
        out.writeLong(send.sentMs());
        SeenId.Key id = send.id();
        out.writeByte((send.byTheBus() ? BY_THE_BUS : 0) | (id == null ? 0 : HAS_ID) | (send.durable() ? DURABLE : 0));
        if (id != null) {
            putText(out, id.partitionKey());
            putText(out, id.messageId());
        }
        out.writeInt(send.copies().size());
        for (BranchRecord.Copy copy : send.copies()) {
            out.writeLong(copy.recordId());
            out.writeLong(copy.timeToLiveMs());
        }
    }

    private static BranchRecord.Send send(ByteBuffer in) {
        long destinationId = in.getLong();
        long reservedNumber = in.getLong();
        long dueMs = in.getLong();
        long sentMs = in.getLong();
        int flags = in.get();
        SeenId.Key id = null;
        if ((flags & HAS_ID) != 0) {
            String partitionKey = RecordText.get(in);
            id = new SeenId.Key(partitionKey, requireText(in));
        }
        List<BranchRecord.Copy> copies = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            copies.add(new BranchRecord.Copy(in.getLong(), in.getLong()));
        }
        boolean byTheBus = (flags & BY_THE_BUS) != 0;
        boolean durable = (flags & DURABLE) != 0;
        return new BranchRecord.Send(
                destinationId, reservedNumber, dueMs, sentMs, byTheBus, id, durable, List.copyOf(copies));
    }

    private static void putText(DataOutputStream out, @Nullable String text) throws IOException {
        byte[] encoded = RecordText.bytes(text);
        out.writeInt(text == null ? -1 : encoded.length);
        out.write(encoded);
    }

    private static String requireText(ByteBuffer in) {
        String text = RecordText.get(in);
        if (text == null) {
            throw new IllegalArgumentException("a prepared transaction lacks a text");
        }
        return text;
    }

    private static void putMap(DataOutputStream out, Map<String, @Nullable Object> properties) throws IOException {
        byte[] encoded = properties.isEmpty() ? new byte[0] : PropertyCodec.encodeMap(properties);
        out.writeInt(encoded.length);
        out.write(encoded);
    }

    private static Map<String, @Nullable Object> map(ByteBuffer in) {
        byte[] encoded = bytes(in, in.getInt());
        return encoded.length == 0 ? Map.of() : PropertyCodec.decodeMap(ByteBuffer.wrap(encoded));
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException(length + " bytes do not fit a prepared transaction");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
