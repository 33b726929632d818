/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Bytes messages. */
class BytesMessageTest {

    private final BytesMessage message = new PeeklockBytesMessage(MessageSettings.DEFAULT);

    private static void eachThrows(Class<? extends Throwable> type, List<ThrowingCallable> calls) {
        assertThat(calls).allSatisfy(call -> assertThatThrownBy(call).isExactlyInstanceOf(type));
    }

    private static List<ThrowingCallable> reads(BytesMessage of) {
        return List.of(
                of::readBoolean,
                of::readByte,
                of::readUnsignedByte,
                of::readShort,
                of::readUnsignedShort,
                of::readChar,
                of::readInt,
                of::readLong,
                of::readFloat,
                of::readDouble,
                of::readUTF);
    }

    private static List<ThrowingCallable> writes(BytesMessage to) {
        return List.of(
                () -> to.writeBoolean(true),
                () -> to.writeByte((byte) 1),
                () -> to.writeShort((short) 1),
                () -> to.writeChar('c'),
                () -> to.writeInt(1),
                () -> to.writeLong(1),
                () -> to.writeFloat(1),
                () -> to.writeDouble(1),
                () -> to.writeUTF(""),
                () -> to.writeBytes(new byte[1]),
                () -> to.writeBytes(new byte[1], 0, 1),
                () -> to.writeObject(1));
    }

    @Test
    void cannotHoldNull() throws JMSException {
        List<ThrowingCallable> nulls = List.of(
                () -> message.writeUTF(null),
                () -> message.writeBytes(null),
                () -> message.writeBytes(null, 0, 1),
                () -> message.writeObject(null));
        assertThat(nulls)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isInstanceOf(NullPointerException.class)
                        .hasMessage("A bytes message cannot hold null"));
        message.reset();
        eachThrows(MessageNotWriteableException.class, nulls);
    }

    @Test
    void askedForTheBodyAsNullStaysAsItIs() throws JMSException {
        List<ThrowingCallable> calls = List.of(() -> message.getBody(null), () -> message.isBodyAssignableTo(null));
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isInstanceOf(MessageFormatException.class)
                        .hasMessageContaining("null class"));
        message.writeInt(1);
    }

    @Test
    void readWhatWasWritten() throws JMSException {
        message.writeBoolean(true);
        message.writeByte((byte) -1);
        message.writeByte((byte) -1);
        message.writeShort((short) -1);
        message.writeShort((short) -1);
        message.writeChar('ß');
        message.writeInt(Integer.MIN_VALUE);
        message.writeLong(Long.MIN_VALUE);
        message.writeFloat(1.5f);
        message.writeDouble(-2.5);
        message.writeUTF("a\0😀");
        message.writeBytes(new byte[] {1, 2, 3}, 1, 2);
        BytesMessage received = Deliveries.sentAndReceived(message);
        message.reset();

        for (BytesMessage each : List.of(message, received, Deliveries.sentAndReceived(received))) {
            assertThat(each.getBodyLength()).isEqualTo(1 + 1 + 1 + 2 + 2 + 2 + 4 + 8 + 4 + 8 + (2 + 1 + 2 + 6) + 2);
            assertThat(each.readBoolean()).isTrue();
            assertThat(each.readByte()).isEqualTo((byte) -1);
            assertThat(each.readUnsignedByte()).isEqualTo(255);
            assertThat(each.readShort()).isEqualTo((short) -1);
            assertThat(each.readUnsignedShort()).isEqualTo(65_535);
            assertThat(each.readChar()).isEqualTo('ß');
            assertThat(each.readInt()).isEqualTo(Integer.MIN_VALUE);
            assertThat(each.readLong()).isEqualTo(Long.MIN_VALUE);
            assertThat(each.readFloat()).isEqualTo(1.5f);
            assertThat(each.readDouble()).isEqualTo(-2.5);
            assertThat(each.readUTF()).isEqualTo("a\0😀");
            assertThat(each.readBytes(new byte[5])).isEqualTo(2);
            eachThrows(MessageEOFException.class, reads(each));
            each.reset();
            assertThat(each.readBoolean()).isTrue();
        }
    }

    @Test
    void objectsAreWrittenAsTheirPrimitives() throws JMSException {
        for (Object value : new Object[] {true, (byte) 1, (short) 2, 'c', 3, 4L, 5f, 6d, "s", new byte[] {7}}) {
            message.writeObject(value);
        }
        message.reset();

        assertThat(message.readBoolean()).isTrue();
        assertThat(message.readByte()).isEqualTo((byte) 1);
        assertThat(message.readShort()).isEqualTo((short) 2);
        assertThat(message.readChar()).isEqualTo('c');
        assertThat(message.readInt()).isEqualTo(3);
        assertThat(message.readLong()).isEqualTo(4);
        assertThat(message.readFloat()).isEqualTo(5);
        assertThat(message.readDouble()).isEqualTo(6);
        assertThat(message.readUTF()).isEqualTo("s");
        assertThat(message.readByte()).isEqualTo((byte) 7);
    }

    @Test
    void otherObjectsAreRefused() {
        assertThatThrownBy(() -> message.writeObject(new Object())).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.writeObject(new java.math.BigDecimal(1)))
                .isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.writeObject(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void areWriteOnlyUntilResetAndThenReadOnly() throws JMSException {
        eachThrows(MessageNotReadableException.class, reads(message));
        eachThrows(
                MessageNotReadableException.class,
                List.of(
                        message::getBodyLength,
                        () -> message.readBytes(new byte[1]),
                        () -> message.readBytes(new byte[1], 1)));
        message.writeInt(1);
        message.reset();
        eachThrows(MessageNotWriteableException.class, writes(message));
        eachThrows(MessageNotWriteableException.class, writes(Deliveries.sentAndReceived(message)));

        message.clearBody();

        eachThrows(MessageNotReadableException.class, reads(message));
        message.writeByte((byte) 9);
        message.reset();
        assertThat(message.getBodyLength()).isEqualTo(1);
    }

    @Test
    void aReadBeyondTheEndLeavesThePosition() throws JMSException {
        message.writeShort((short) 5);
        message.writeByte((byte) 1);
        message.reset();
        message.readByte();

        eachThrows(
                MessageEOFException.class,
                List.of(message::readInt, message::readLong, message::readFloat, message::readDouble));
        // 0x0501 bytes of text are announced, none is there.
        eachThrows(MessageEOFException.class, List.of(message::readUTF));

        assertThat(message.readShort()).isEqualTo((short) 0x0501);
    }

    @Test
    void malformedTextIsAFormatErrorAndLeavesThePosition() throws JMSException {
        message.writeShort((short) 1);
        message.writeByte((byte) 0xFF);
        message.reset();

        assertThatThrownBy(message::readUTF).isInstanceOf(MessageFormatException.class);
        assertThat(message.readShort()).isEqualTo((short) 1);
    }

    @Test
    void textTooLongForItsLengthFieldIsRefused() throws JMSException {
        message.writeUTF("x".repeat(65_535));
        assertThatThrownBy(() -> message.writeUTF("x".repeat(65_536))).isInstanceOf(MessageFormatException.class);
        message.reset();

        assertThat(message.getBodyLength()).isEqualTo(65_537);
    }

    @Test
    void bytesAreReadInPartsUntilTheEnd() throws JMSException {
        message.writeBytes(new byte[] {1, 2, 3});
        message.reset();
        byte[] buffer = new byte[2];

        assertThat(message.readBytes(buffer)).isEqualTo(2);
        assertThat(buffer).containsExactly(1, 2);
        assertThat(message.readBytes(buffer, 0)).isZero();
        assertThat(message.readBytes(buffer)).isEqualTo(1);
        assertThat(buffer).containsExactly(3, 2);
        assertThat(message.readBytes(buffer)).isEqualTo(-1);
    }

    @Test
    void aLengthBeyondTheBufferIsRefused() throws JMSException {
        message.writeInt(1);
        message.reset();

        assertThatThrownBy(() -> message.readBytes(new byte[2], 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> message.readBytes(new byte[2], -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(message.readInt()).isEqualTo(1);
    }

    @Test
    void mayBeWrittenOnAfterTheSend() throws JMSException {
        message.writeByte((byte) 1);
        BytesMessage first = Deliveries.sentAndReceived(message);
        message.writeByte((byte) 2);

        assertThat(first.getBodyLength()).isEqualTo(1);
        assertThat(Deliveries.sentAndReceived(message).getBodyLength()).isEqualTo(2);
    }
}
