/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the objects of object messages into bytes and, if their classes are trusted, back.
 *
 * <p>Stateless, thread safe.
 */
final class ObjectSerialization {

    private ObjectSerialization() {}

    static byte[] serialize(Serializable object) throws JMSException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException | RuntimeException e) {
            throw failure("An object of class " + object.getClass().getName() + " cannot be serialised: " + e, e);
        }
        return bytes.toByteArray();
    }

    static @Nullable Object deserialize(ByteBuffer body, TrustedClasses trusted) throws JMSException {
        Guard guard = new Guard(trusted, body.remaining());
        try (Input in = new Input(new BufferInput(body))) {
            in.setObjectInputFilter(guard);
            return in.readObject();
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError | StackOverflowError e) {
            String refused = guard.refused;
            if (refused != null) {
                throw failure(refused, e);
            }
            throw failure("The object of the message cannot be deserialised: " + e, e);
        }
    }

    private static MessageFormatException failure(String message, Throwable cause) {
        MessageFormatException exception = new MessageFormatException(message);
        exception.initCause(cause);
        if (cause instanceof Exception linked) {
            exception.setLinkedException(linked);
        }
        return exception;
    }

    /** Refuses what is not trusted, and remembers why. */
    private static final class Guard implements ObjectInputFilter {
        // Each element takes a byte at least; a hash table may have eight places for one.
        private static final long ELEMENTS_PER_BYTE = 8;

        private final TrustedClasses trusted;
        private final long maxArrayLength;
        private @Nullable String refused;

        Guard(TrustedClasses trusted, int bodyBytes) {
            this.trusted = trusted;
            this.maxArrayLength = bodyBytes * ELEMENTS_PER_BYTE;
        }

        @Override
        public Status checkInput(FilterInfo info) {
            Class<?> type = info.serialClass();
            if (type == null) {
                return Status.UNDECIDED;
            }
            if (!trusted.trusts(type)) {
                refused = "The object message holds an object of class " + type.getName()
                        + ", which is not trusted. If its senders are, name the class or its package in the option"
                        + " trustedPackages";
                return Status.REJECTED;
            }
            if (info.arrayLength() > maxArrayLength) {
                refused = "The object message declares an array of " + info.arrayLength()
                        + " elements, more than its body can hold";
                return Status.REJECTED;
            }
            return Status.ALLOWED;
        }
    }

    /** Finds classes where the application's are: its thread's class loader. */
    private static final class Input extends ObjectInputStream {
        Input(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass type) throws IOException, ClassNotFoundException {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            if (loader != null) {
                try {
                    return Class.forName(type.getName(), false, loader);
                } catch (ClassNotFoundException e) {
                    // Primitive types, and classes that only our own loader knows.
                }
            }
            return super.resolveClass(type);
        }
    }

    /** Reads a buffer without copying it. */
    private static final class BufferInput extends InputStream {
        private final ByteBuffer buffer;

        BufferInput(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public int read() {
            return buffer.hasRemaining() ? buffer.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (!buffer.hasRemaining()) {
                return -1;
            }
            int count = Math.min(length, buffer.remaining());
            buffer.get(target, offset, count);
            return count;
        }

        @Override
        public int available() {
            return buffer.remaining();
        }
    }
}
