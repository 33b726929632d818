/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.StreamMessage;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Stream messages; their conversions are in {@link ConversionTableTest}. */
class StreamMessageTest {

    private final StreamMessage message = new PeeklockStreamMessage(MessageSettings.DEFAULT);

    private static void eachThrows(Class<? extends Throwable> type, List<ThrowingCallable> calls) {
        assertThat(calls).allSatisfy(call -> assertThatThrownBy(call).isExactlyInstanceOf(type));
    }

    private static List<ThrowingCallable> reads(StreamMessage of) {
        return List.of(
                of::readBoolean,
                of::readByte,
                of::readShort,
                of::readChar,
                of::readInt,
                of::readLong,
                of::readFloat,
                of::readDouble,
                of::readString,
                of::readObject,
                () -> of.readBytes(new byte[1]));
    }

    private static List<ThrowingCallable> writes(StreamMessage to) {
        return List.of(
                () -> to.writeBoolean(true),
                () -> to.writeByte((byte) 1),
                () -> to.writeShort((short) 1),
                () -> to.writeChar('c'),
                () -> to.writeInt(1),
                () -> to.writeLong(1),
                () -> to.writeFloat(1),
                () -> to.writeDouble(1),
                () -> to.writeString(""),
                () -> to.writeBytes(new byte[1]),
                () -> to.writeBytes(new byte[1], 0, 1),
                () -> to.writeObject(1));
    }

    @Test
    void areWriteOnlyUntilResetAndThenReadOnly() throws JMSException {
        eachThrows(MessageNotReadableException.class, reads(message));
        message.writeInt(1);
        message.reset();
        eachThrows(MessageNotWriteableException.class, writes(message));
        eachThrows(MessageNotWriteableException.class, writes(Deliveries.sentAndReceived(message)));

        message.clearBody();

        eachThrows(MessageNotReadableException.class, reads(message));
        message.writeInt(2);
        message.reset();
        assertThat(message.readInt()).isEqualTo(2);
    }

    @Test
    void endWithAnException() throws JMSException {
        message.writeInt(1);
        message.reset();
        message.readInt();

        eachThrows(MessageEOFException.class, reads(message));
        message.reset();
        assertThat(message.readInt()).isEqualTo(1);
    }

    @Test
    void refuseOtherTypes() {
        assertThatThrownBy(() -> message.writeObject(new Object())).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.writeBytes(new byte[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Nested
    class Bytes {

        private StreamMessage of(byte[] value) throws JMSException {
            message.writeBytes(value);
            message.writeString("next");
            message.reset();
            return message;
        }

        @Test
        void areReadInPartsUntilOneIsShort() throws JMSException {
            StreamMessage stream = of(new byte[] {1, 2, 3});
            byte[] buffer = new byte[2];

            assertThat(stream.readBytes(buffer)).isEqualTo(2);
            assertThat(buffer).containsExactly(1, 2);
            assertThat(stream.readBytes(buffer)).isEqualTo(1);
            assertThat(buffer).containsExactly(3, 2);
            assertThat(stream.readString()).isEqualTo("next");
        }

        @Test
        void thatFillTheBufferEndWithMinusOne() throws JMSException {
            StreamMessage stream = of(new byte[] {1, 2, 3, 4});
            byte[] buffer = new byte[2];

            assertThat(stream.readBytes(buffer)).isEqualTo(2);
            assertThat(stream.readBytes(buffer)).isEqualTo(2);
            assertThat(stream.readBytes(buffer)).isEqualTo(-1);
            assertThat(stream.readString()).isEqualTo("next");
        }

        @Test
        void thatAreEmptyAreZeroAndThatAreNullMinusOne() throws JMSException {
            message.writeBytes(null);
            StreamMessage stream = of(new byte[0]);

            assertThat(stream.readBytes(new byte[2])).isEqualTo(-1);
            assertThat(stream.readBytes(new byte[2])).isZero();
            assertThat(stream.readString()).isEqualTo("next");
        }

        @Test
        void thatWereBegunMustBeReadToTheirEnd() throws JMSException {
            StreamMessage stream = of(new byte[] {1, 2, 3});
            stream.readBytes(new byte[2]);

            eachThrows(MessageFormatException.class, reads(stream).subList(0, 10));

            assertThat(stream.readBytes(new byte[2])).isEqualTo(1);
            assertThat(stream.readString()).isEqualTo("next");
        }

        @Test
        void areWholeAsAnObjectAndACopy() throws JMSException {
            byte[] value = {1, 2};
            StreamMessage stream = of(value);
            value[0] = 9;

            ((byte[]) stream.readObject())[1] = 9;

            stream.reset();
            assertThat((byte[]) stream.readObject()).containsExactly(1, 2);
        }

        @Test
        void areStartedAnewByReset() throws JMSException {
            StreamMessage stream = of(new byte[] {1, 2, 3});
            stream.readBytes(new byte[2]);

            stream.reset();

            assertThat(stream.readBytes(new byte[3])).isEqualTo(3);
        }
    }
}
