/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bytes of messages, and what becomes of others.
 *
 * <p>Has no state; any thread.
 */
final class MessageBytesTest {

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
            assertThat(HexFormat.of().formatHex(MessageTest.full().build().content()))
                    .isEqualTo(VERSION_1);
        }

        @Test
        void areRead() {
            assertThat(Message.decode(HexFormat.of().parseHex(VERSION_1)))
                    .isEqualTo(MessageTest.full().build());
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
            byte[] content = MessageTest.full().build().content();
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
