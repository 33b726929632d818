/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.MessageState;
import io.peeklock.broker.entity.EntityDefinition;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.Message;
import io.peeklock.journal.RecordBody;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bytes of every kind of record: they are on users' disks and must be readable for ever. */
class RecordFormatTest {

    private static final EntityDefinition ORDERS =
            new EntityDefinition(7, 1, QueueDescription.builder("orders").build());

    private static final Placement PLACEMENT = new Placement(5_000, 9, 4_000, Long.MAX_VALUE, false);
    private static final String PLACEMENT_BYTES = "0000000000001388" // due
            + "0000000000000009" // sequence number
            + "0000000000000fa0" // enqueued
            + "7fffffffffffffff"; // expires

    private static byte[] bytes(RecordBody body) {
        ByteBuffer out = ByteBuffer.allocate(body.encodedBytes());
        body.encodeTo(out);
        assertThat(out.hasRemaining()).isFalse();
        return out.array();
    }

    private static String hex(RecordBody body) {
        return HexFormat.of().formatHex(bytes(body));
    }

    static MessageEntry entry(Message message) {
        Fragment fragment = new Fragment(ORDERS, new ReadyFlags(1), new ReadyFlags(1), 0);
        int bytes = message.sizeBytes();
        return new MessageEntry(fragment, 100, MessageRecord.chunksFor(bytes), 5, 3, 1_000, 2_000, bytes, 4, message);
    }

    @Nested
    class OfAMessage {
        @Test
        void hasTheseBytesBeforeItsContent() {
            Message message =
                    Message.builder().body(BodyKind.BYTES, new byte[] {1, 2, 3}).build();
            String content = HexFormat.of().formatHex(message.content());
            assertThat(hex(MessageRecord.body(entry(message), message)))
                    .isEqualTo(
                            "01" // version
                                    + "0000000000000007" // entity
                                    + "0000000000000005" // sequence number
                                    + "0000000000000003" // first sequence number
                                    + "00000000000003e8" // enqueued
                                    + "00000000000007d0" // expires
                                    + "04" // priority
                                    + HexFormat.of().toHexDigits(message.sizeBytes())
                                    + "00000000" // chunks
                                    + content);
        }

        @Test
        void isReadAsItWasWritten() {
            Message message =
                    Message.builder().body(BodyKind.BYTES, new byte[] {1, 2, 3}).build();
            ByteBuffer in = ByteBuffer.wrap(bytes(MessageRecord.body(entry(message), message)));
            assertThat(MessageRecord.decode(in))
                    .isEqualTo(new MessageRecord(7, 5, 3, 1_000, 2_000, 4, message.sizeBytes(), 0, 0));
            assertThat(in.remaining()).isEqualTo(message.sizeBytes());
        }

        @Test
        void ofOneThatWasForwardedHasItsHops() {
            Message message =
                    Message.builder().body(BodyKind.BYTES, new byte[] {1, 2, 3}).build();
            MessageEntry entry = entry(message);
            entry.hops = 3;
            String content = HexFormat.of().formatHex(message.content());
            assertThat(hex(MessageRecord.body(entry, message)))
                    .startsWith("02" + "0000000000000007" + "0000000000000005")
                    .endsWith("04" + HexFormat.of().toHexDigits(message.sizeBytes()) + "00000000" + "03" + content);
            ByteBuffer in = ByteBuffer.wrap(bytes(MessageRecord.body(entry, message)));
            assertThat(MessageRecord.decode(in))
                    .isEqualTo(new MessageRecord(7, 5, 3, 1_000, 2_000, 4, message.sizeBytes(), 0, 3));
            assertThat(in.remaining()).isEqualTo(message.sizeBytes());
        }

        @Test
        void ofALargeOneHasNoContentButChunksThatMakeItUp() {
            byte[] body = new byte[300_000];
            Arrays.fill(body, (byte) 9);
            Message message = Message.builder().body(BodyKind.BYTES, body).build();
            MessageEntry entry = entry(message);
            assertThat(entry.chunks).isEqualTo(3);
            assertThat(bytes(MessageRecord.body(entry, message))).hasSize(MessageRecord.HEADER_BYTES);
            ByteBuffer joined = ByteBuffer.allocate(message.sizeBytes());
            for (int i = 0; i < entry.chunks; i++) {
                joined.put(bytes(MessageRecord.chunk(message, message.sizeBytes(), i)));
            }
            assertThat(joined.array()).isEqualTo(Arrays.copyOf(message.content(), message.sizeBytes()));
        }

        @Test
        void ofANewerVersionIsRefused() {
            assertThatThrownBy(() -> MessageRecord.decode(ByteBuffer.wrap(new byte[] {3, 0})))
                    .hasMessageContaining("version 3");
        }
    }

    @Nested
    class OfADelivery {
        @Test
        void hasTheseBytes() {
            assertThat(hex(DeliveryRecord.body(DeliveryState.FRESH.withHandedOut(true))))
                    .isEqualTo("01" + "00" + "02" + "00000000");
        }

        @Test
        void hasNotesBehindIt() {
            DeliveryState dead = DeliveryState.FRESH.failedOnce().inDeadLetterQueue(Notes.NONE.deadLettered("R", null));
            assertThat(hex(DeliveryRecord.body(dead)))
                    .startsWith("01" + "00" + "05" + "00000001" + "00000001" + "52" + "ffffffff");
        }

        @Test
        void isReadAsItWasWritten() {
            Map<String, @Nullable Object> properties = new HashMap<>();
            properties.put("a", 1);
            properties.put("gone", null);
            Notes notes = Notes.NONE.with(properties).deadLettered("reason \uD83D\uDE00", "half \uD83D of it");
            for (MessageState state : new MessageState[] {MessageState.ACTIVE, MessageState.DEFERRED}) {
                assertIsReadAsWritten(new DeliveryState(state, true, 17, false, notes, null, 0));
                assertIsReadAsWritten(new DeliveryState(state, true, 17, false, notes, PLACEMENT, 0));
            }
            assertIsReadAsWritten(DeliveryState.scheduled(PLACEMENT));
        }

        private void assertIsReadAsWritten(DeliveryState written) {
            assertThat(DeliveryRecord.decode(ByteBuffer.wrap(bytes(DeliveryRecord.body(written)))))
                    .isEqualTo(written);
        }

        @Test
        @Tag("N4")
        void hasItsPlaceIfItWasSentWithADelay() {
            DeliveryState dead = DeliveryState.scheduled(PLACEMENT)
                    .activated(PLACEMENT)
                    .inDeadLetterQueue(Notes.NONE.deadLettered("R", null));
            assertThat(hex(DeliveryRecord.body(DeliveryState.scheduled(PLACEMENT))))
                    .isEqualTo("02" + "02" + "00" + "00000000" + PLACEMENT_BYTES);
            assertThat(hex(DeliveryRecord.body(dead)))
                    .startsWith("02" + "00" + "05" + "00000000" + PLACEMENT_BYTES + "00000001" + "52");
        }

        @Test
        @Tag("L6")
        @Tag("T8")
        void saysHowLongItIsHeldBackAndFromWhenOnItLives() {
            assertThat(hex(DeliveryRecord.body(DeliveryState.FRESH.failedOnce().heldBack(0x77))))
                    .isEqualTo("03" + "02" + "20" + "00000001" + "0000000000000077");
            Placement living = new Placement(5_000, 9, 4_000, Long.MAX_VALUE, true);
            assertThat(hex(DeliveryRecord.body(DeliveryState.scheduled(living))))
                    .isEqualTo("03" + "02" + "18" + "00000000" + PLACEMENT_BYTES);
            DeliveryState both = DeliveryState.scheduled(living)
                    .activated(living)
                    .failedOnce()
                    .withNotes(Notes.NONE.with(Map.of("a", 1)))
                    .heldBack(7);
            assertIsReadAsWritten(both);
            assertIsReadAsWritten(both.backInPlace());
            assertIsReadAsWritten(DeliveryState.FRESH.heldBack(7));
        }

        @Test
        @Tag("N2")
        void hasTheFirstNumberOfAMessageThatWasStaged() {
            Placement staged = PLACEMENT.withFirstNumber(0x99);
            assertThat(hex(DeliveryRecord.body(DeliveryState.FRESH.activated(staged))))
                    .isEqualTo("04" + "00" + "08" + "00000000" + PLACEMENT_BYTES + "0000000000000099");
            Placement living = new Placement(5_000, 9, 4_000, Long.MAX_VALUE, true, 3);
            assertIsReadAsWritten(DeliveryState.FRESH.waiting(living));
            assertIsReadAsWritten(DeliveryState.FRESH
                    .activated(staged)
                    .failedOnce()
                    .withNotes(Notes.NONE.with(Map.of("a", 1)))
                    .heldBack(7));
        }

        /** It would be served at once. */
        @Test
        @Tag("N4")
        void ofAScheduledMessageWithoutItsTimeIsRefused() {
            byte[] bytes = HexFormat.of().parseHex("01020000000000");
            assertThatThrownBy(() -> DeliveryRecord.decode(ByteBuffer.wrap(bytes)))
                    .hasMessageContaining("without its time");
        }

        @Test
        void ofANewerVersionIsRefused() {
            assertThatThrownBy(() -> DeliveryRecord.decode(ByteBuffer.wrap(new byte[] {5, 0})))
                    .hasMessageContaining("version 5");
        }
    }

    @Nested
    class OfAnEntity {
        @Test
        void hasTheseBytes() {
            assertThat(hex(new EntityRecord(ORDERS, 4096).body()))
                    .isEqualTo("01" + "0000000000001000" + HexFormat.of().formatHex(ORDERS.encode()));
        }

        @Test
        void isReadAsItWasWritten() {
            EntityRecord written = new EntityRecord(ORDERS, 4096);
            assertThat(EntityRecord.decode(ByteBuffer.wrap(bytes(written.body()))))
                    .isEqualTo(written);
        }
    }

    @Nested
    @Tag("U1")
    class OfAMessageId {
        private final SeenIdRecord written = new SeenIdRecord(7, 5, 1_000, new SeenId.Key("k", "id"));

        @Test
        void hasTheseBytes() {
            assertThat(hex(written.body()))
                    .isEqualTo(
                            "01" // version
                                    + "0000000000000007" // entity
                                    + "0000000000000005" // sequence number
                                    + "00000000000003e8" // seen
                                    + "00000001" + "6b" // partition key
                                    + "00000002" + "6964"); // message id
        }

        @Test
        void withoutAKeyHasTheseBytes() {
            SeenIdRecord unkeyed = new SeenIdRecord(7, 5, 1_000, new SeenId.Key(null, "id"));
            assertThat(hex(unkeyed.body())).endsWith("00000000000003e8" + "ffffffff" + "00000002" + "6964");
        }

        @Test
        void isReadAsItWasWritten() {
            for (SeenIdRecord one : new SeenIdRecord[] {
                written, new SeenIdRecord(-7, -5, 0, new SeenId.Key(null, "half \uD83D of it")),
            }) {
                assertThat(SeenIdRecord.decode(ByteBuffer.wrap(bytes(one.body()))))
                        .isEqualTo(one);
            }
        }

        @Test
        void withoutAnIdIsRefused() {
            byte[] bytes = HexFormat.of().parseHex("01" + "00".repeat(24) + "ffffffff" + "ffffffff");
            assertThatThrownBy(() -> SeenIdRecord.decode(ByteBuffer.wrap(bytes)))
                    .hasMessageContaining("no message id");
        }

        @Test
        void ofANewerVersionIsRefused() {
            assertThatThrownBy(() -> SeenIdRecord.decode(ByteBuffer.wrap(new byte[] {3, 0})))
                    .hasMessageContaining("version 3");
        }
    }

    @Test
    void kindsHaveTheseIdsForEver() {
        assertThat(RecordKind.ENTITY.id()).isEqualTo(1);
        assertThat(RecordKind.MESSAGE.id()).isEqualTo(2);
        assertThat(RecordKind.CHUNK.id()).isEqualTo(3);
        assertThat(RecordKind.DELIVERY.id()).isEqualTo(4);
        assertThat(RecordKind.SEEN_ID.id()).isEqualTo(6);
        assertThat(RecordKind.SESSION_STATE.id()).isEqualTo(16);
        assertThat(RecordKind.TRANSFER.id()).isEqualTo(18);
        assertThat(RecordKind.ARRIVAL.id()).isEqualTo(19);
        assertThat(RecordKind.BRANCH.id()).isEqualTo(20);
        assertThat(RecordKind.DECISION.id()).isEqualTo(21);
        assertThat(RecordKind.values()).hasSize(10);
    }

    @Nested
    @Tag("G6")
    class OfASessionsState {
        private static final String BYTES = "01" // version
                + "0000000000000007" // entity
                + "0003" // bytes of the id
                + "73c3a9" // "sé"
                + "0102"; // state

        @Test
        void hasTheseBytes() {
            assertThat(hex(new SessionStateRecord(7, "s\u00e9", new byte[] {1, 2}).body()))
                    .isEqualTo(BYTES);
        }

        @Test
        void isReadAsItWasWritten() {
            SessionStateRecord read =
                    SessionStateRecord.decode(ByteBuffer.wrap(HexFormat.of().parseHex(BYTES)));
            assertThat(read.entityId()).isEqualTo(7);
            assertThat(read.sessionId()).isEqualTo("s\u00e9");
            assertThat(read.state()).containsExactly(1, 2);
        }

        @Test
        void ofAnotherVersionIsRefused() {
            assertThatThrownBy(() -> SessionStateRecord.decode(ByteBuffer.wrap(new byte[] {2, 0, 0})))
                    .hasMessageContaining("version 2");
        }
    }

    @Nested
    @Tag("W1")
    class OfATransfer {
        private static final UUID ID = new UUID(1, 2);
        private static final String INTENT = "01" // version
                + "0000000000000001" + "0000000000000002" // transfer
                + "0000000000000007" // entity
                + "0000000000000009" // destination
                + "00000003" // its partition
                + "01" // out of the dead-letter queue
                + "02" // clean
                + "00000002" // messages
                + "0000000000000005" + "0000000000000006";
        private static final String KEY = "01" // version
                + "0000000000000001" + "0000000000000002" // transfer
                + "00000003" // source's partition
                + "00000001" // refused
                + "0000000000000005"
                + "00000001" + "61" // "a"
                + "00000002" + "6263"; // "bc"

        private final TransferRecord transfer =
                new TransferRecord(ID, 7, 9, 3, true, Departure.Way.MOVE_CLEAN, List.of(5L, 6L));
        private final Arrival arrival = new Arrival(ID, 3, List.of(new Refused(5, new Refusal("a", "bc"))), 42);

        @Test
        void hasTheseBytesAtItsSource() {
            assertThat(hex(transfer.body())).isEqualTo(INTENT);
            assertThat(TransferRecord.decode(ByteBuffer.wrap(HexFormat.of().parseHex(INTENT))))
                    .isEqualTo(transfer);
        }

        @Test
        void hasAByteForEachWay() {
            Map<Departure.Way, String> bytes = Map.of(
                    Departure.Way.FORWARD, "00",
                    Departure.Way.MOVE, "01",
                    Departure.Way.MOVE_CLEAN, "02",
                    Departure.Way.RESUBMIT, "03");
            assertThat(bytes).containsOnlyKeys(Departure.Way.values());
            bytes.forEach((way, hex) -> {
                TransferRecord record = new TransferRecord(ID, 7, 9, 3, true, way, List.of(5L, 6L));
                String body = INTENT.replace("01" + "02" + "00000002", "01" + hex + "00000002");
                assertThat(hex(record.body())).isEqualTo(body);
                assertThat(TransferRecord.decode(ByteBuffer.wrap(HexFormat.of().parseHex(body))))
                        .isEqualTo(record);
            });
        }

        @Test
        void hasTheseBytesAtItsDestination() {
            assertThat(hex(ArrivalRecord.body(arrival))).isEqualTo(KEY);
            assertThat(ArrivalRecord.decode(ByteBuffer.wrap(HexFormat.of().parseHex(KEY)), 42))
                    .isEqualTo(arrival);
        }

        @Test
        void ofANewerVersionIsRefused() {
            ByteBuffer newer = ByteBuffer.wrap(new byte[] {2, 0});
            assertThatThrownBy(() -> TransferRecord.decode(newer.duplicate())).hasMessageContaining("version 2");
            assertThatThrownBy(() -> ArrivalRecord.decode(newer.duplicate(), 1)).hasMessageContaining("version 2");
        }

        @Test
        void thatIsCutShortIsRefused() {
            byte[] cut = HexFormat.of().parseHex(INTENT.substring(0, INTENT.length() - 16));
            assertThatThrownBy(() -> TransferRecord.decode(ByteBuffer.wrap(cut)))
                    .hasMessageContaining("2 messages");
        }
    }
}
