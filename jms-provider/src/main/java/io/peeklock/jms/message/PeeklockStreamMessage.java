/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.broker.message.PropertyCodec;
import io.peeklock.jms.destination.PeeklockDestination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.StreamMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream message: values written one after the other and read back in that order.
 *
 * <p>Not thread safe. A read that fails, for its type or its number format, leaves the position where it was.
 */
public final class PeeklockStreamMessage extends PeeklockMessage implements StreamMessage {

    private @Nullable List<@Nullable Object> values;
    private int position;

    // Bytes of the current value that readBytes has handed out; -1 when it has not begun with it.
    private int bytesRead = -1;

    public PeeklockStreamMessage(MessageSettings settings) {
        super(settings);
    }

    PeeklockStreamMessage(
            Delivery delivery,
            PeeklockDestination source,
            MessageSettings settings,
            @Nullable Acknowledger acknowledger) {
        super(delivery, source, settings, acknowledger);
    }

    /** Decoded when first asked for. */
    private List<@Nullable Object> values() throws JMSException {
        List<@Nullable Object> list = values;
        if (list == null) {
            ByteBuffer body = receivedBody();
            list = body != null && body.hasRemaining()
                    ? ReceivedBody.decode(() -> PropertyCodec.decodeList(body))
                    : new ArrayList<>();
            values = list;
        }
        return list;
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        values = null;
        rewind();
    }

    @Override
    public void reset() {
        setBodyReadOnly();
        rewind();
    }

    private void rewind() {
        position = 0;
        bytesRead = -1;
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.STREAM;
    }

    @Override
    byte[] encodeBody() throws JMSException {
        return PropertyCodec.encodeList(values());
    }

    @Override
    public <T> @Nullable T getBody(Class<T> wanted) throws JMSException {
        throw new MessageFormatException("The body of a StreamMessage is read value by value");
    }

    @Override
    @SuppressWarnings("rawtypes")
    public boolean isBodyAssignableTo(Class wanted) {
        return false;
    }

    /** The value at the position, which stays until {@link #advance} is called. */
    private @Nullable Object current() throws JMSException {
        requireReadableBody();
        if (position == values().size()) {
            throw new MessageEOFException("All " + position + " values of the stream have been read");
        }
        if (bytesRead >= 0) {
            throw new MessageFormatException("The bytes begun with readBytes() must be read to their end first");
        }
        return values().get(position);
    }

    private void advance() {
        position++;
        bytesRead = -1;
    }

    /** Reads the current value as a type, and moves on unless that fails. */
    private <T> T read(Reading<T> as) throws JMSException {
        T value = as.of(current());
        advance();
        return value;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T of(@Nullable Object value) throws JMSException;
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return read(ValueConversion::toBoolean);
    }

    @Override
    public byte readByte() throws JMSException {
        return read(ValueConversion::toByte);
    }

    @Override
    public short readShort() throws JMSException {
        return read(ValueConversion::toShort);
    }

    @Override
    public char readChar() throws JMSException {
        return read(ValueConversion::toChar);
    }

    @Override
    public int readInt() throws JMSException {
        return read(ValueConversion::toInt);
    }

    @Override
    public long readLong() throws JMSException {
        return read(ValueConversion::toLong);
    }

    @Override
    public float readFloat() throws JMSException {
        return read(ValueConversion::toFloat);
    }

    @Override
    public double readDouble() throws JMSException {
        return read(ValueConversion::toDouble);
    }

    @Override
    public @Nullable String readString() throws JMSException {
        String value = ValueConversion.toText(current());
        advance();
        return value;
    }

    @Override
    public @Nullable Object readObject() throws JMSException {
        Object value = current();
        advance();
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    @Override
    public int readBytes(byte[] target) throws JMSException {
        Objects.requireNonNull(target, "buffer");
        boolean begun = bytesRead >= 0;
        Object value = begun ? values().get(position) : current();
        if (value == null) {
            advance();
            return -1;
        }
        if (!(value instanceof byte[] bytes)) {
            throw new MessageFormatException(
                    "A value of type " + value.getClass().getSimpleName() + " cannot be read as bytes");
        }
        int from = begun ? bytesRead : 0;
        int count = Math.min(target.length, bytes.length - from);
        System.arraycopy(bytes, from, target, 0, count);
        if (count < target.length) {
            // The value ended inside the buffer: that was its last part.
            advance();
            return begun && count == 0 ? -1 : count;
        }
        bytesRead = from + count;
        return count;
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        write(value);
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        write(value);
    }

    @Override
    public void writeShort(short value) throws JMSException {
        write(value);
    }

    @Override
    public void writeChar(char value) throws JMSException {
        write(value);
    }

    @Override
    public void writeInt(int value) throws JMSException {
        write(value);
    }

    @Override
    public void writeLong(long value) throws JMSException {
        write(value);
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        write(value);
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        write(value);
    }

    @Override
    public void writeString(@Nullable String value) throws JMSException {
        write(value);
    }

    @Override
    public void writeBytes(byte @Nullable [] value) throws JMSException {
        write(value == null ? null : value.clone());
    }

    @Override
    public void writeBytes(byte[] value, int offset, int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        write(Arrays.copyOfRange(value, offset, offset + length));
    }

    @Override
    public void writeObject(@Nullable Object value) throws JMSException {
        requireWritableBody();
        if (value != null && !ValueConversion.isBodyType(value)) {
            throw new MessageFormatException("A stream message cannot hold a "
                    + value.getClass().getName() + ": only the primitive types, their objects, String and byte[]");
        }
        write(value instanceof byte[] bytes ? bytes.clone() : value);
    }

    private void write(@Nullable Object value) throws JMSException {
        requireWritableBody();
        values().add(value);
    }
}
