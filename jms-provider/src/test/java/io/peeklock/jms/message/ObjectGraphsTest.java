/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.chrono.JapaneseDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Objects of an application's own classes in object messages: what they hold, and how it hangs together. */
class ObjectGraphsTest {

    private static final TrustedClasses OURS = new TrustedClasses(List.of("io.peeklock"));
    private static final TrustedClasses JDK = new TrustedClasses(List.of());
    private static final int LENGTH_AND_LONG_BYTES = 12;

    static final List<Arguments> HELD = each(
            new File("a"),
            new AtomicInteger(1),
            new AtomicReference<>("a"),
            address(),
            new InetSocketAddress("localhost", 1),
            TimeUnit.SECONDS,
            ZonedDateTime.of(2026, 1, 2, 3, 4, 5, 6, ZoneId.of("Europe/Berlin")),
            JapaneseDate.of(2026, 1, 2),
            new Duration[] {Duration.ZERO},
            new StackTraceElement("a", "b", "c", 1),
            new LinkedBlockingQueue<>(List.of("a")),
            new LinkedBlockingDeque<>(List.of("a")),
            new ArrayBlockingQueue<>(1, true, List.of("a")),
            new PriorityBlockingQueue<>(List.of("a")),
            new ConcurrentLinkedQueue<>(List.of("a")),
            new ConcurrentLinkedDeque<>(List.of("a")),
            new PriorityQueue<>(List.of("a")),
            new ConcurrentSkipListMap<>(Map.of("a", 1)),
            new CopyOnWriteArraySet<>(List.of("a")),
            new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
            ConcurrentHashMap.newKeySet(),
            (Serializable) Collections.unmodifiableNavigableMap(new TreeMap<>(Map.of("a", 1))),
            (Serializable) Collections.newSetFromMap(new HashMap<>()));

    private static List<Arguments> each(Serializable... values) {
        return Arrays.stream(values).map(value -> Arguments.of((Object) value)).toList();
    }

    private static InetAddress address() {
        try {
            return InetAddress.getByAddress("a", new byte[] {1, 2, 3, 4});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static @Nullable Object copy(Serializable object, TrustedClasses trusted) throws JMSException {
        byte[] bytes = ObjectSerialization.serialize(object, SentClasses.NONE);
        return ObjectSerialization.deserialize(ByteBuffer.wrap(bytes), trusted, SentClasses.NONE);
    }

    @ParameterizedTest
    @FieldSource("HELD")
    void holdOrdinaryObjectsOfTheJdk(Serializable held) throws JMSException {
        Object copy = copy(new ArrayList<>(List.of(held)), JDK);

        assertThat(copy).isInstanceOf(List.class);
        Object read = ((List<?>) copy).get(0);
        assertThat(read).hasSameClassAs(held);
        assertThat(text(read)).isEqualTo(text(held));
    }

    private static String text(Object object) {
        return object instanceof Object[] array ? Arrays.toString(array) : object.toString();
    }

    @Nested
    class Exceptions {

        private static final class OrderRejected extends Exception {
            private static final long serialVersionUID = 1L;

            OrderRejected(String message, Throwable cause) {
                super(message, cause);
            }
        }

        @Test
        void ofTheApplicationAreReadWithWhatTheyCarry() throws JMSException {
            OrderRejected rejected =
                    new OrderRejected("order 7", new IllegalStateException("sold out", new NoSuchElementException()));
            rejected.addSuppressed(new IOException("disk"));

            Object copy = copy(rejected, new TrustedClasses(List.of(OrderRejected.class.getName())));

            assertThat(copy)
                    .isInstanceOfSatisfying(
                            OrderRejected.class,
                            read -> assertThat(read)
                                    .hasMessage("order 7")
                                    .hasRootCauseInstanceOf(NoSuchElementException.class)
                                    .hasSuppressedException(new IOException("disk")));
            assertThat(((Throwable) copy).getStackTrace()).isEqualTo(rejected.getStackTrace());
        }
    }

    @Test
    void aClassOfTheJdkThatIsNotReadIsSaidToBeOne() {
        assertThatThrownBy(() -> copy((Serializable) Collections.nCopies(2, "a"), JDK))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("java.util.Collections$CopiesList")
                .hasMessageContaining("class of the JDK")
                .hasMessageContaining("trustedPackages=java.util.Collections$CopiesList")
                .hasMessageNotContaining("no application has sent");
    }

    @Nested
    class Cycles {

        private static final class Order implements Serializable {
            private static final long serialVersionUID = 1L;
            private final ArrayList<Line> lines = new ArrayList<>();
        }

        private record Line(List<Line> siblings, Map<String, Object> byName) implements Serializable {}

        @Test
        void throughViewsOfAListThatIsStillBeingReadAreRead() throws JMSException {
            Order order = new Order();
            order.lines.add(new Line(Collections.unmodifiableList(order.lines), new HashMap<>()));
            order.lines.add(new Line(Collections.synchronizedList(order.lines), new HashMap<>()));
            order.lines.add(new Line(order.lines, Collections.singletonMap("all", order.lines)));

            Object copy = copy(order, OURS);

            assertThat(copy).isInstanceOfSatisfying(Order.class, read -> {
                assertThat(read.lines).hasSize(3);
                assertThat(read.lines.get(0).siblings().get(1)).isSameAs(read.lines.get(1));
                assertThat(read.lines.get(1).siblings().get(2)).isSameAs(read.lines.get(2));
                assertThat(read.lines.get(2).siblings()).isSameAs(read.lines);
            });
        }

        @Test
        void ofCollectionsThatHoldThemselvesAreRead() throws JMSException {
            ArrayList<Object> list = new ArrayList<>();
            list.add(list);
            list.add(Collections.unmodifiableCollection(list));
            list.add(Arrays.asList(list, "a"));

            assertThat((List<?>) copy(list, JDK))
                    .hasSize(3)
                    .satisfies(read -> assertThat(read.get(0)).isSameAs(read));
        }
    }

    @Nested
    class TooLarge {

        @Test
        void arraysOfWideElementsAreRefusedBeforeTheyAreMade() throws JMSException {
            byte[] body =
                    ObjectSerialization.serialize(new Object[] {"a".repeat(1000), new long[] {1}}, SentClasses.NONE);
            // More bytes than the whole body, though not more elements.
            ByteBuffer.wrap(body).putInt(body.length - LENGTH_AND_LONG_BYTES, body.length / 2);

            assertThatThrownBy(() -> ObjectSerialization.deserialize(
                            ByteBuffer.wrap(body), new TrustedClasses(List.of("*")), SentClasses.NONE))
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining("array");
        }

        @Test
        void arraysThatAreInTheBodyAreNot() throws JMSException {
            long[] longs = new long[100_000];
            assertThat(copy(new Object[] {longs, new byte[100_000], "a"}, JDK))
                    .isEqualTo(new Object[] {longs, new byte[100_000], "a"});
        }

        @ParameterizedTest
        @FieldSource("io.peeklock.jms.message.ObjectGraphsTest#LONG_TO_HASH")
        void valuesThatTakeLongToHashCountForIt(Serializable value) {
            assertThatThrownBy(() -> copy(new ArrayList<>(Collections.nCopies(1_000, value)), JDK))
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining("has too many parts");
        }
    }

    static final List<Arguments> LONG_TO_HASH = each(
            BigInteger.ONE.shiftLeft(1_000_000), new BigDecimal(BigInteger.ONE.shiftLeft(1_000_000)), bits(1_000_000));

    private static BitSet bits(int highest) {
        BitSet bits = new BitSet();
        bits.set(highest);
        return bits;
    }
}
