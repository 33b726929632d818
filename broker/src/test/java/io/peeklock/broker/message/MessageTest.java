/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages: what building refuses, what they give back, and their bytes.
 *
 * <p>Has no state; any thread.
 */
final class MessageTest {

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    private static Message.Builder full() {
        return Message.builder()
                .messageId("ID:1")
                .applicationMessageId("app-1")
                .correlationId("corr")
                .replyTo("answers")
                .to("orders")
                .label("order")
                .contentType("text/plain")
                .sessionId("s-7")
                .replyToSessionId("r-7")
                .partitionKey("s-7")
                .groupSequence(3)
                .timeToLiveMs(60_000)
                .creationTimeMs(1_700_000_000_000L)
                .durable(false)
                .priority(9)
                .property("colour", "blau\u00df")
                .property("count", 42)
                .property("ok", true)
                .body(BodyKind.TEXT, HELLO);
    }

    @Nested
    class Built {

        @Test
        void givesBackEveryField() {
            assertIsFull(full().build());
        }

        @Test
        void givesBackEveryFieldAfterDecoding() {
            assertIsFull(Message.decode(full().build().content()));
        }

        @Test
        void isTheSameFromABufferAsFromItsArray() {
            Message message = full().build();
            ByteBuffer buffer = ByteBuffer.allocate(message.sizeBytes() + 2);
            buffer.put((byte) 99);
            buffer.put(message.content());
            ByteBuffer encoded = buffer.flip().position(1).asReadOnlyBuffer();

            assertThat(Message.decode(encoded)).isEqualTo(message).hasSameHashCodeAs(message);
            assertThat(encoded.hasRemaining()).isFalse();
        }

        @Test
        void withoutAnythingHasDefaults() {
            for (Message message : new Message[] {
                Message.builder().build(),
                Message.decode(Message.builder().build().content())
            }) {
                assertThat(message.messageId()).isNull();
                assertThat(message.sessionId()).isNull();
                assertThat(message.correlationIdBytes()).isNull();
                assertThat(message.groupSequence()).isZero();
                assertThat(message.timeToLiveMs()).isZero();
                assertThat(message.deliveryDelayMs()).isZero();
                assertThat(message.durable()).isTrue();
                assertThat(message.priority()).isEqualTo(4);
                assertThat(message.properties()).isEmpty();
                assertThat(message.property("x")).isNull();
                assertThat(message.bodyKind()).isEqualTo(BodyKind.NONE);
                assertThat(message.body().hasRemaining()).isFalse();
                assertThat(message.propertiesBytes()).isZero();
            }
        }

        @Test
        void keepsItsContentWhenTheBuilderGoesOn() {
            Message.Builder builder = Message.builder().property("a", 1);
            Message first = builder.build();
            Message second = builder.property("a", 2).property("b", 3).build();

            assertThat(first.properties()).isEqualTo(Map.of("a", 1));
            assertThat(second.properties()).isEqualTo(Map.of("a", 2, "b", 3));
        }

        @Test
        void keepsTheCorrelationIdsBytesApartFromTheCallers() {
            byte[] id = {1, 2, 3};
            Message message = Message.builder().correlationIdBytes(id).build();
            id[0] = 9;

            assertThat(message.correlationIdBytes()).containsExactly(1, 2, 3);
        }

        @Test
        void handsOutABodyThatCannotBeWritten() {
            ByteBuffer body = full().build().body();

            assertThatThrownBy(() -> body.put(0, (byte) 0)).isInstanceOf(ReadOnlyBufferException.class);
        }

        @Test
        void handsOutPropertiesThatCannotBeChanged() {
            Map<String, Object> properties = full().build().properties();

            assertThatThrownBy(() -> properties.put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
        }

        @Test
        void showsNeitherBodyNorValuesInItsText() {
            assertThat(full().build()).hasToString("Message[TEXT, 131 bytes, of which body 5, non-persistent]");
        }

        private void assertIsFull(Message message) {
            assertThat(message.messageId()).isEqualTo("ID:1");
            assertThat(message.applicationMessageId()).isEqualTo("app-1");
            assertThat(message.correlationId()).isEqualTo("corr");
            assertThat(message.correlationIdBytes()).isNull();
            assertThat(message.replyTo()).isEqualTo("answers");
            assertThat(message.to()).isEqualTo("orders");
            assertThat(message.label()).isEqualTo("order");
            assertThat(message.contentType()).isEqualTo("text/plain");
            assertThat(message.sessionId()).isEqualTo("s-7");
            assertThat(message.replyToSessionId()).isEqualTo("r-7");
            assertThat(message.partitionKey()).isEqualTo("s-7");
            assertThat(message.groupSequence()).isEqualTo(3);
            assertThat(message.timeToLiveMs()).isEqualTo(60_000);
            assertThat(message.creationTimeMs()).isEqualTo(1_700_000_000_000L);
            assertThat(message.durable()).isFalse();
            assertThat(message.priority()).isEqualTo(9);
            assertThat(message.properties())
                    .containsExactly(Map.entry("colour", "blau\u00df"), Map.entry("count", 42), Map.entry("ok", true));
            assertThat(message.property("colour")).isEqualTo("blau\u00df");
            assertThat(message.property("ok")).isEqualTo(true);
            assertThat(message.property("Ok")).isNull();
            assertThat(message.bodyKind()).isEqualTo(BodyKind.TEXT);
            assertThat(message.body()).isEqualTo(ByteBuffer.wrap(HELLO));
        }
    }

    @Nested
    class Size {

        @Test
        @Tag("Q1")
        void countsEverything() {
            Message message = full().build();

            assertThat(message.sizeBytes()).isEqualTo(message.content().length);
        }

        @Test
        @Tag("Q2")
        void ofPropertiesCountsFieldsAndPropertiesButNotTheBody() {
            // Count; length, name, tag and int; nothing of the 100 bytes.
            int expected = 1 + (1 + 2 + 1 + 4);

            assertThat(Message.builder()
                            .property("ab", 7)
                            .body(BodyKind.BYTES, new byte[100])
                            .build()
                            .propertiesBytes())
                    .isEqualTo(expected);
            assertThat(Message.builder().property("ab", 7).label("xyz").build().propertiesBytes())
                    .isEqualTo(expected + 4);
        }
    }

    @Nested
    class Building {

        @Test
        @Tag("Q4")
        void refusesIdsOfMoreThan128CharactersByName() {
            String longest = "x".repeat(128);
            String tooLong = "x".repeat(129);

            assertThat(Message.builder().sessionId(longest).build().sessionId()).isEqualTo(longest);
            assertThat(Message.builder().partitionKey(longest).build().partitionKey())
                    .isEqualTo(longest);
            assertThat(Message.builder().applicationMessageId(longest).build().applicationMessageId())
                    .isEqualTo(longest);
            refused(Message.builder().sessionId(tooLong)).hasMessageStartingWith("session id has 129");
            refused(Message.builder().partitionKey(tooLong)).hasMessageStartingWith("partition key has 129");
            refused(Message.builder().applicationMessageId(tooLong))
                    .hasMessageStartingWith("application message id has");
            refused(Message.builder().messageId(tooLong)).hasMessageStartingWith("message id has 129");
            refused(Message.builder().replyToSessionId(tooLong)).hasMessageStartingWith("reply-to session id has");
        }

        @Test
        @Tag("P4")
        void refusesASessionIdAndAnotherPartitionKey() {
            refused(Message.builder().sessionId("a").partitionKey("b"))
                    .hasMessageContaining("session id and partition key differ");
        }

        @Test
        @Tag("P4")
        void takesASessionIdAndTheSamePartitionKey() {
            assertThat(Message.builder()
                            .sessionId("a")
                            .partitionKey("a")
                            .build()
                            .partitionKey())
                    .isEqualTo("a");
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 10, 260})
        @Tag("N9")
        void refusesAPriorityThatIsNone(int priority) {
            refused(Message.builder().priority(priority)).hasMessageContaining("priority " + priority);
        }

        @Test
        void refusesANegativeTimeToLiveOrDelay() {
            refused(Message.builder().timeToLiveMs(-1)).hasMessageContaining("time to live -1 ms");
            refused(Message.builder().deliveryDelayMs(-1)).hasMessageContaining("delivery delay -1 ms");
        }

        @Test
        void refusesAPropertyWithoutName() {
            refused(Message.builder().property("", 1)).hasMessageContaining("no name");
        }

        @Test
        void refusesAPropertyOfAnotherTypeByName() {
            refused(Message.builder().property("when", new Date(0)))
                    .hasMessageContaining("'when' cannot be a java.util.Date");
        }

        @Test
        @SuppressWarnings("NullAway") // what a caller without null checks may do
        void refusesAPropertyThatIsNull() {
            refused(Message.builder().property("gone", null)).hasMessageContaining("'gone' is null");
        }

        @ParameterizedTest
        @EnumSource(
                value = BodyKind.class,
                names = {"NONE", "NULL_TEXT"})
        void refusesBytesWhereThereIsNoBody(BodyKind kind) {
            refused(Message.builder().body(kind, HELLO)).hasMessageContaining("kind " + kind);
            assertThat(Message.builder().body(kind, new byte[0]).build().bodyKind())
                    .isEqualTo(kind);
        }

        @Test
        void refusesTwoCorrelationIds() {
            refused(Message.builder().correlationId("a").correlationIdBytes(new byte[1]))
                    .hasMessageContaining("correlation id");
        }

        private AbstractThrowableAssert<?, ?> refused(Message.Builder builder) {
            return assertThatThrownBy(builder::build)
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.InvalidOperation));
        }
    }

    /** Bytes that stores hold: a change here needs a new version that still reads the old one. */
    @Nested
    class GoldenBytes {

        private static final String VERSION_1 = "01" // version
                + "01" // text
                + "00" // non-persistent
                + "09" // priority
                + "3ff7" // all fields but the correlation id's bytes
                + "00000050" // bytes of fields
                + "00000020" // bytes of properties
                + "0449443a31" // ID:1
                + "056170702d31" // app-1
                + "04636f7272" // corr
                + "07616e7377657273" // answers
                + "066f7264657273" // orders
                + "056f72646572" // order
                + "0a746578742f706c61696e" // text/plain
                + "03732d37" // s-7
                + "03722d37" // r-7
                + "03732d37" // s-7
                + "00000003" // group sequence
                + "000000000000ea60" // time to live
                + "0000018bcfe56800" // creation time
                + "03" // three properties
                + "06636f6c6f7572" + "40" + "06626c6175c39f" // colour: string blauß
                + "05636f756e74" + "12" + "0000002a" // count: int 42
                + "026f6b" + "01" + "01" // ok: true
                + "68656c6c6f"; // hello

        @Test
        void areWritten() {
            assertThat(HexFormat.of().formatHex(full().build().content())).isEqualTo(VERSION_1);
        }

        @Test
        void areRead() {
            assertThat(Message.decode(HexFormat.of().parseHex(VERSION_1))).isEqualTo(full().build());
        }

        @Test
        @Tag("N4")
        void ofADelayedMessageHaveTheDelayBehindTheOtherFields() {
            String bytes = "01000104" + "6000" // creation time and delay
                    + "0000001000000000" // bytes of fields and properties
                    + "0000018bcfe56800" // creation time
                    + "0000000000001388"; // delay
            Message delayed = Message.builder()
                    .creationTimeMs(1_700_000_000_000L)
                    .deliveryDelayMs(5000)
                    .build();
            assertThat(HexFormat.of().formatHex(delayed.content())).isEqualTo(bytes);
            assertThat(Message.decode(HexFormat.of().parseHex(bytes)).deliveryDelayMs())
                    .isEqualTo(5000);
        }

        @Test
        void ofEveryKindOfBody() {
            assertThat(BodyKind.values())
                    .extracting(kind -> kind + " "
                            + Message.builder().body(kind, new byte[0]).build().content()[1])
                    .containsExactly("NONE 0", "TEXT 1", "BYTES 2", "MAP 3", "STREAM 4", "OBJECT 5", "NULL_TEXT 6");
        }

        @Test
        void ofTheSmallestMessage() {
            assertThat(HexFormat.of().formatHex(Message.builder().build().content()))
                    .isEqualTo("0100010400000000000000000000");
        }
    }

    @Nested
    class Decoding {

        @Test
        void ofANewerFormatSaysSo() {
            byte[] content = full().build().content();
            content[0] = 2;

            assertThatThrownBy(() -> Message.decode(content))
                    .isInstanceOf(MalformedContentException.class)
                    .hasMessageContaining("message format 2 is not known");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "", // nothing
                    "01", // cut
                    "01000104000000000000000000", // one byte less than the smallest
                    "017f010400000000000000000000", // unknown body kind
                    "0100020400000000000000000000", // unknown flag
                    "0100010a00000000000000000000", // priority 10
                    "0100010480000000000000000000", // unknown field
                    "010001040000ffffffff00000000", // fields of -1 bytes
                    "0100010400007fffffff00000000", // fields longer than the message
                    "010001040000000000007fffffff", // properties longer than the message
                    "0100010400000000000100000000aa", // bytes in fields that belong to none
                    "01000104000100000001000000007f", // a message id longer than the fields
                    "0100010400010000000500000000ffffffff7f", // a length of 35 bits
                    "010001040000000000000000000501ffffffff", // properties: a count that cannot be
                    "01000104000000000000000000040101617f", // properties: unknown type
                    "0100010400000000000000000005010161400f", // properties: text longer than they are
                })
        void ofSomethingElseIsRefused(String hex) {
            assertThatThrownBy(() -> Message.decode(HexFormat.of().parseHex(hex)))
                    .isInstanceOf(MalformedContentException.class);
        }
    }
}
