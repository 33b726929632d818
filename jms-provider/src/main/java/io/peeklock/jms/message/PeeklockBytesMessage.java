/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.message.BodyKind;
import io.peeklock.jms.destination.PeeklockDestination;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bytes message: big-endian, strings in modified UTF-8 as {@link java.io.DataOutput} writes them.
 *
 * <p>Not thread safe. A received body is read where the bus keeps it. A read past the end leaves the position where it
 * was.
 */
public final class PeeklockBytesMessage extends PeeklockMessage implements BytesMessage {

    private @Nullable ByteBuffer readable;
    private Written written = new Written();
    private DataOutputStream out = new DataOutputStream(written);

    public PeeklockBytesMessage(MessageSettings settings) {
        super(settings);
    }

    PeeklockBytesMessage(
            Delivery delivery,
            PeeklockDestination source,
            MessageSettings settings,
            @Nullable Acknowledger acknowledger) {
        super(delivery, source, settings, acknowledger);
        readable = receivedBody();
    }

    @Override
    public void clearBody() throws JMSException {
        super.clearBody();
        readable = null;
        written = new Written();
        out = new DataOutputStream(written);
    }

    @Override
    public void reset() {
        ByteBuffer bytes = readable;
        if (bytes == null) {
            readable = written.bytes();
            setBodyReadOnly();
        } else {
            bytes.rewind();
        }
    }

    @Override
    BodyKind bodyKind() {
        return BodyKind.BYTES;
    }

    @Override
    byte[] encodeBody() {
        return ReceivedBody.copy(encodedBody());
    }

    @Override
    ByteBuffer encodedBody() {
        ByteBuffer bytes = readable;
        return bytes == null ? written.bytes() : bytes.duplicate().rewind();
    }

    @Override
    @Nullable
    Object body() {
        byte[] bytes = encodeBody();
        return bytes.length == 0 ? null : bytes;
    }

    @Override
    boolean hasBodyOf(Class<?> wanted) {
        return wanted == byte[].class || wanted == Object.class;
    }

    /** Resets the message, as the specification says. */
    @Override
    public <T> @Nullable T getBody(Class<T> type) throws JMSException {
        Class<T> wanted = requireType(type);
        reset();
        return super.getBody(wanted);
    }

    @Override
    public long getBodyLength() throws JMSException {
        return readable().limit();
    }

    private ByteBuffer readable() throws JMSException {
        requireReadableBody();
        return Objects.requireNonNull(readable);
    }

    /** Says how many bytes may be read, or fails if they are too few. */
    private ByteBuffer readable(int bytes) throws JMSException {
        ByteBuffer from = readable();
        if (from.remaining() < bytes) {
            throw endOf(from);
        }
        return from;
    }

    private static MessageEOFException endOf(ByteBuffer from) {
        return new MessageEOFException(
                "The body ends: " + from.remaining() + " of " + from.limit() + " bytes are left");
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return readable(Byte.BYTES).get() != 0;
    }

    @Override
    public byte readByte() throws JMSException {
        return readable(Byte.BYTES).get();
    }

    @Override
    public int readUnsignedByte() throws JMSException {
        return Byte.toUnsignedInt(readable(Byte.BYTES).get());
    }

    @Override
    public short readShort() throws JMSException {
        return readable(Short.BYTES).getShort();
    }

    @Override
    public int readUnsignedShort() throws JMSException {
        return Short.toUnsignedInt(readable(Short.BYTES).getShort());
    }

    @Override
    public char readChar() throws JMSException {
        return readable(Character.BYTES).getChar();
    }

    @Override
    public int readInt() throws JMSException {
        return readable(Integer.BYTES).getInt();
    }

    @Override
    public long readLong() throws JMSException {
        return readable(Long.BYTES).getLong();
    }

    @Override
    public float readFloat() throws JMSException {
        return readable(Float.BYTES).getFloat();
    }

    @Override
    public double readDouble() throws JMSException {
        return readable(Double.BYTES).getDouble();
    }

    @Override
    public String readUTF() throws JMSException {
        ByteBuffer from = readable();
        int start = from.position();
        try (DataInputStream in = new DataInputStream(new Input(from))) {
            return in.readUTF();
        } catch (BufferUnderflowException e) {
            from.position(start);
            throw endOf(from);
        } catch (IOException e) {
            from.position(start);
            MessageFormatException malformed =
                    new MessageFormatException("No string in modified UTF-8 at byte " + start + " of the body");
            malformed.initCause(e);
            throw malformed;
        }
    }

    @Override
    public int readBytes(byte[] target) throws JMSException {
        return readBytes(target, target.length);
    }

    @Override
    public int readBytes(byte[] target, int length) throws JMSException {
        ByteBuffer from = readable();
        Objects.checkFromIndexSize(0, length, target.length);
        if (!from.hasRemaining()) {
            return -1;
        }
        int count = Math.min(length, from.remaining());
        from.get(target, 0, count);
        return count;
    }

    @Override
    public void writeBoolean(boolean value) throws JMSException {
        write(to -> to.writeBoolean(value));
    }

    @Override
    public void writeByte(byte value) throws JMSException {
        write(to -> to.writeByte(value));
    }

    @Override
    public void writeShort(short value) throws JMSException {
        write(to -> to.writeShort(value));
    }

    @Override
    public void writeChar(char value) throws JMSException {
        write(to -> to.writeChar(value));
    }

    @Override
    public void writeInt(int value) throws JMSException {
        write(to -> to.writeInt(value));
    }

    @Override
    public void writeLong(long value) throws JMSException {
        write(to -> to.writeLong(value));
    }

    @Override
    public void writeFloat(float value) throws JMSException {
        write(to -> to.writeFloat(value));
    }

    @Override
    public void writeDouble(double value) throws JMSException {
        write(to -> to.writeDouble(value));
    }

    @Override
    public void writeUTF(String value) throws JMSException {
        requireValue(value);
        write(to -> to.writeUTF(value));
    }

    @Override
    public void writeBytes(byte[] value) throws JMSException {
        requireValue(value);
        write(to -> to.write(value));
    }

    @Override
    public void writeBytes(byte[] value, int offset, int length) throws JMSException {
        requireValue(value);
        write(to -> to.write(value, offset, length));
    }

    @Override
    public void writeObject(Object value) throws JMSException {
        requireValue(value);
        if (value instanceof byte[] bytes) {
            writeBytes(bytes);
        } else if (value instanceof String text) {
            writeUTF(text);
        } else if (value instanceof Boolean bool) {
            writeBoolean(bool);
        } else if (value instanceof Character character) {
            writeChar(character);
        } else if (value instanceof Number number) {
            writeNumber(number);
        } else {
            throw unknown(value);
        }
    }

    /** Null is a NullPointerException, as the Javadoc of writeObject has it. */
    private void requireValue(@Nullable Object value) throws JMSException {
        requireWritableBody();
        if (value == null) {
            throw new NullPointerException("A bytes message cannot hold null");
        }
    }

    private void writeNumber(Number value) throws JMSException {
        if (value instanceof Byte number) {
            writeByte(number);
        } else if (value instanceof Short number) {
            writeShort(number);
        } else if (value instanceof Integer number) {
            writeInt(number);
        } else if (value instanceof Long number) {
            writeLong(number);
        } else if (value instanceof Float number) {
            writeFloat(number);
        } else if (value instanceof Double number) {
            writeDouble(number);
        } else {
            throw unknown(value);
        }
    }

    private static MessageFormatException unknown(Object value) {
        return new MessageFormatException("A bytes message cannot hold a "
                + value.getClass().getName() + ": only the primitive types' objects, String and byte[]");
    }

    private void write(Write value) throws JMSException {
        requireWritableBody();
        try {
            value.to(out);
        } catch (IOException e) {
            // Memory does not fail: only writeUTF does, with more than 65,535 bytes, before it writes any.
            MessageFormatException tooLong = new MessageFormatException(
                    "The string is longer than the 65,535 bytes that writeUTF() can write; use writeBytes()");
            tooLong.initCause(e);
            throw tooLong;
        }
    }

    private interface Write {
        void to(DataOutputStream out) throws IOException;
    }

    /** What was written so far. */
    private static final class Written extends ByteArrayOutputStream {
        /** Not copied: valid until more is written. */
        ByteBuffer bytes() {
            return ByteBuffer.wrap(buf, 0, count).slice();
        }
    }

    /** Reads the body and fails at its end. */
    private static final class Input extends InputStream {
        private final ByteBuffer from;

        Input(ByteBuffer from) {
            this.from = from;
        }

        @Override
        public int read() {
            return Byte.toUnsignedInt(from.get());
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            from.get(target, offset, length);
            return length;
        }
    }
}
