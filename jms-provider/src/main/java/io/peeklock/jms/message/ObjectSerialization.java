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
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns the objects of object messages into bytes and, if their classes are trusted, back.
 *
 * <p>Stateless, thread safe.
 */
final class ObjectSerialization {

    private ObjectSerialization() {}

    /** @param sent gets the classes that the bytes name */
    static byte[] serialize(Serializable object, SentClasses sent) throws JMSException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new Output(bytes, sent)) {
            out.writeObject(object);
        } catch (IOException | RuntimeException e) {
            throw failure("An object of class " + object.getClass().getName() + " cannot be serialised: " + e, e);
        }
        return bytes.toByteArray();
    }

    static @Nullable Object deserialize(ByteBuffer body, TrustedClasses trusted, SentClasses sent) throws JMSException {
        return deserialize(body, trusted, sent, System::nanoTime);
    }

    /** @param nanoTime a clock that only goes forward */
    static @Nullable Object deserialize(
            ByteBuffer body, TrustedClasses trusted, SentClasses sent, LongSupplier nanoTime) throws JMSException {
        Guard guard = new Guard(trusted, sent, body.remaining(), nanoTime);
        try (Input in = new Input(new BufferInput(body), guard)) {
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

    /** Notes the classes it writes. */
    private static final class Output extends ObjectOutputStream {
        private final SentClasses sent;

        Output(OutputStream out, SentClasses sent) throws IOException {
            super(out);
            this.sent = sent;
        }

        @Override
        protected void annotateClass(Class<?> type) {
            sent.add(type);
        }
    }

    /** Refuses what is not trusted, or takes too much, and remembers why. */
    private static final class Guard implements ObjectInputFilter {
        // A hash table may have eight places for each of its elements, which take a few bytes each.
        private static final int PLACES_PER_BYTE = 4;
        private static final Map<Class<?>, Integer> WIDTHS = Map.of(
                boolean[].class, Byte.BYTES,
                byte[].class, Byte.BYTES,
                char[].class, Character.BYTES,
                short[].class, Short.BYTES,
                int[].class, Integer.BYTES,
                float[].class, Float.BYTES,
                long[].class, Long.BYTES,
                double[].class, Double.BYTES);
        private static final Duration MAX_DURATION = Duration.ofSeconds(10);
        private static final long MAX_DEPTH = 200;
        private static final long MAX_PARTS = 100_000;
        // In a larger message, so that it is no limit for any that is made of more than nulls.
        private static final long BYTES_PER_PART = 4;

        private final TrustedClasses trusted;
        private final SentClasses sent;
        private final boolean limited;
        private final SharedParts parts;
        private final LongSupplier nanoTime;
        private final long start;
        private long placesLeft;
        private @Nullable String refused;

        Guard(TrustedClasses trusted, SentClasses sent, int bodyBytes, LongSupplier nanoTime) {
            this.trusted = trusted;
            this.sent = sent;
            this.limited = !trusted.trustsAll();
            this.placesLeft = (long) bodyBytes * PLACES_PER_BYTE;
            this.nanoTime = nanoTime;
            this.start = nanoTime.getAsLong();
            this.parts = new SharedParts(Math.max(MAX_PARTS, bodyBytes / BYTES_PER_PART));
        }

        /** Comes for classes and arrays before they are made, and for each reference to what was read before. */
        @Override
        public Status checkInput(FilterInfo info) {
            Class<?> type = info.serialClass();
            if (limited && info.depth() > MAX_DEPTH) {
                return tooMuch("is nested too deep");
            }
            if (isLate()) {
                return tooLate();
            }
            if (type == null) {
                return Status.UNDECIDED;
            }
            String name = elementName(type);
            if (!trusted.trusts(type) && !sent.contains(name)) {
                refused = "The object message holds an object of class " + type.getName() + ", which is not trusted, "
                        + (JdkClasses.areOf(name)
                                ? "as it is a class of the JDK that is only read if it is named."
                                : "and no application has sent one since this broker was opened.")
                        + " If all who can send to it are trusted with that class, set the option "
                        + trusted.optionWith(name) + ", or name its package there";
                return Status.REJECTED;
            }
            return info.arrayLength() < 0 ? Status.ALLOWED : checkArray(type, info.arrayLength());
        }

        /** All its arrays together: each could declare what the whole body could hold. */
        private Status checkArray(Class<?> type, long length) {
            Integer width = WIDTHS.get(type);
            placesLeft -= width == null ? length : length * width * PLACES_PER_BYTE;
            if (placesLeft < 0) {
                refused = "The object message declares an array of " + length
                        + " elements, with what it has declared before more than its body can hold";
                return Status.REJECTED;
            }
            return Status.ALLOWED;
        }

        private boolean isLate() {
            return limited && nanoTime.getAsLong() - start > MAX_DURATION.toNanos();
        }

        private Status tooLate() {
            return tooMuch("takes longer than " + MAX_DURATION.toSeconds() + " seconds to read, which is too long");
        }

        private Status tooMuch(String what) {
            refused = "The object of the message " + what
                    + " for one whose senders are not all trusted; if they are, set the option trustedPackages=*";
            return Status.REJECTED;
        }

        /** Something was read, with all that is in it. */
        void read(Object object) throws InvalidObjectException {
            if (isLate()) {
                tooLate();
                throw new InvalidObjectException("more time than allowed");
            }
            if (limited && !parts.add(object)) {
                tooMuch("has too many parts, shared ones counted each time,");
                throw new InvalidObjectException("more parts than allowed");
            }
        }

        private static String elementName(Class<?> type) {
            Class<?> element = type;
            while (element.isArray()) {
                element = element.getComponentType();
            }
            return element.getName();
        }
    }

    /** Finds classes where the application's are: its thread's class loader. */
    private static final class Input extends ObjectInputStream {
        private final Guard guard;

        Input(InputStream in, Guard guard) throws IOException {
            super(in);
            this.guard = guard;
            enableResolveObject(true);
        }

        /** Comes before whatever the object is in. */
        @Override
        protected Object resolveObject(Object object) throws IOException {
            guard.read(object);
            return object;
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
