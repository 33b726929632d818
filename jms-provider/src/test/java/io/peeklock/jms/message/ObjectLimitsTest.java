/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.Serializable;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Object messages of collections of the JDK, and what of them is refused because it would take too much. */
class ObjectLimitsTest {

    private static final Map<String, Integer> ONE = Map.of("a", 1);

    static final List<Arguments> COLLECTIONS = each(
            new ArrayList<>(List.of("a", 1)),
            new LinkedList<>(List.of("a")),
            new Vector<>(List.of("a")),
            stack("a"),
            (Serializable) Arrays.asList("a", "b"),
            (Serializable) List.of(),
            (Serializable) List.of("a", "b", "c"),
            (Serializable) Set.of("a", 1),
            (Serializable) ONE,
            new HashSet<>(Set.of("a")),
            new LinkedHashSet<>(Set.of("a")),
            new TreeSet<>(Set.of("a")),
            new HashMap<>(Map.of("a", List.of(new Date(1)))),
            new LinkedHashMap<>(ONE),
            new TreeMap<>(ONE),
            new TreeMap<>(Collections.reverseOrder()),
            new Hashtable<>(ONE),
            new ConcurrentHashMap<>(ONE),
            new CopyOnWriteArrayList<>(List.of("a")),
            new EnumMap<>(Map.of(DayOfWeek.MONDAY, 1)),
            EnumSet.of(DayOfWeek.MONDAY),
            properties(),
            BitSet.valueOf(new byte[] {5}),
            (Serializable) Collections.emptyList(),
            (Serializable) Collections.singletonMap("a", 1),
            (Serializable) Collections.unmodifiableMap(new TreeMap<>(ONE)),
            (Serializable) Collections.synchronizedList(new ArrayList<>(List.of("a"))),
            Map.entry("a", 1) instanceof Serializable entry ? entry : new java.util.AbstractMap.SimpleEntry<>("a", 1),
            URI.create("urn:a"),
            new GregorianCalendar(2026, 1, 1),
            new Serializable[] {"a", 1},
            new List<?>[] {List.of("a")});

    private static List<Arguments> each(Serializable... values) {
        return Arrays.stream(values).map(value -> Arguments.of((Object) value)).toList();
    }

    private static Stack<String> stack(String element) {
        Stack<String> stack = new Stack<>();
        stack.push(element);
        return stack;
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("a", "b");
        return properties;
    }

    private static ObjectMessage received(Serializable object, String... trustedPackages) throws JMSException {
        PeeklockObjectMessage message = new PeeklockObjectMessage(MessageSettings.DEFAULT);
        message.setObject(object);
        return (ObjectMessage) Deliveries.received(message, MessageSettings.trusting(List.of(trustedPackages)));
    }

    /** So that a bomb that goes off fails the test, and does not hang it. */
    private static void assertRefused(Serializable bomb, String reason) throws Exception {
        ObjectMessage received = received(bomb);
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        CountDownLatch end = new CountDownLatch(1);
        Thread reader = new Thread(() -> {
            try {
                received.getObject();
            } catch (Throwable e) {
                thrown.set(e);
            }
            end.countDown();
        });
        reader.setDaemon(true);
        reader.start();
        assertThat(end.await(30, TimeUnit.SECONDS)).as("read to an end").isTrue();
        assertThat(thrown.get())
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("trustedPackages=*");
    }

    @ParameterizedTest
    @FieldSource("COLLECTIONS")
    void collectionsOfValuesAreTrusted(Serializable collection) throws JMSException {
        assertThat(received(collection).getObject()).usingRecursiveComparison().isEqualTo(collection);
    }

    @Test
    void arrayDequesAreTrusted() throws JMSException {
        assertThat(new ArrayList<>((ArrayDeque<?>)
                        received(new ArrayDeque<>(List.of("a", "b"))).getObject()))
                .isEqualTo(List.of("a", "b"));
    }

    /** Each of some sets holds all of the next some: to hash the first takes as many steps as there are ways down. */
    @ParameterizedTest
    @CsvSource({"2, 100", "3, 40", "5, 15", "40, 6"})
    void nestedSetsThatAreShared(int wide, int deep) throws Exception {
        List<Object> level = new ArrayList<>();
        for (int i = 0; i < wide; i++) {
            level.add("leaf" + i);
        }
        for (int i = 1; i < deep; i++) {
            List<Object> above = new ArrayList<>();
            for (int j = 0; j < wide; j++) {
                // Hashed by what it is, so that it can be made without going off.
                above.add(new Unhashed(level, j));
            }
            level = above;
        }
        assertRefused(new Unhashed(level, 0), "has too many parts");
    }

    /** Is written as a set of its elements. */
    private static final class Unhashed implements Serializable {
        private static final long serialVersionUID = 1L;
        private final List<Object> elements;
        private final String distinct;
        private transient @Nullable HashSet<Object> set;

        Unhashed(List<Object> elements, int number) {
            this.elements = elements;
            this.distinct = "number" + number;
        }

        private Object writeReplace() {
            HashSet<Object> written = set;
            if (written == null) {
                written = new HashSet<>(elements);
                written.add(distinct);
                set = written;
            }
            return written;
        }
    }

    @Test
    void listsThatShareOneAnotherAreRefusedToo() throws Exception {
        ArrayList<Object> list = new ArrayList<>(List.of("leaf"));
        for (int i = 0; i < 40; i++) {
            list = new ArrayList<>(List.of(list, list));
        }
        assertRefused(new ArrayList<Object>(List.of("a", list)), "has too many parts");
    }

    @Test
    void deepNesting() throws Exception {
        ArrayList<Object> list = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            list = new ArrayList<>(List.of(list));
        }
        assertRefused(list, "is nested too deep");
    }

    @Test
    void moreNullsThanAnyoneSends() throws Exception {
        assertRefused(new ArrayList<>(Collections.nCopies(200_000, null)), "has too many parts");
    }

    /** Hashed by what it is, so that a set of them can be made; written as one object, again and again. */
    private record Twin(Object shared) implements Serializable {
        private Object writeReplace() {
            return shared;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Each time it is met it is hashed, and is in the set but once. */
    @Test
    void setsThatNameOneElementAgainAndAgainAreReadForALimitedTime() throws Exception {
        ArrayList<Object> shared = new ArrayList<>(List.of("a"));
        HashSet<Object> twins = new HashSet<>();
        ConcurrentHashMap<Object, Object> map = new ConcurrentHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            twins.add(new Twin(shared));
            map.put(new Twin(shared), "");
        }
        for (Serializable bomb : List.<Serializable>of(twins, map)) {
            ByteBuffer body = ByteBuffer.wrap(ObjectSerialization.serialize(bomb, SentClasses.NONE));
            AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

            assertThatThrownBy(() -> ObjectSerialization.deserialize(
                            body.duplicate(),
                            new TrustedClasses(List.of()),
                            SentClasses.NONE,
                            () -> nanos.getAndAdd(TimeUnit.MILLISECONDS.toNanos(20))))
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining("takes longer than 10 seconds")
                    .hasMessageContaining("trustedPackages=*");
            assertThat(ObjectSerialization.deserialize(
                            body,
                            new TrustedClasses(List.of("*")),
                            SentClasses.NONE,
                            () -> nanos.getAndAdd(TimeUnit.HOURS.toNanos(1))))
                    .isNotNull();
        }
    }

    @Test
    void newObjectsAreReadForALimitedTimeToo() throws JMSException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            texts.add("text " + i);
        }
        byte[] body = ObjectSerialization.serialize((Serializable) texts, SentClasses.NONE);
        AtomicLong nanos = new AtomicLong();

        assertThatThrownBy(() -> ObjectSerialization.deserialize(
                        ByteBuffer.wrap(body),
                        new TrustedClasses(List.of()),
                        SentClasses.NONE,
                        () -> nanos.getAndAdd(TimeUnit.MILLISECONDS.toNanos(20))))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("takes longer than 10 seconds");
    }

    /** They are looked through for each entry, which only the time limits. */
    @Test
    void largeHashTablesPass() throws JMSException {
        Hashtable<Integer, String> table = new Hashtable<>();
        for (int i = 0; i < 110_000; i++) {
            table.put(i, "");
        }
        assertThat(received(table).getObject()).isEqualTo(table);
        HashMap<Integer, String> map = new HashMap<>(1 << 18);
        map.putAll(table);
        assertThat(received(map).getObject()).isEqualTo(map);
    }

    @Test
    void copiesThatTakeNoRoomAreNotTrusted() throws JMSException {
        ObjectMessage received = received((Serializable) Collections.nCopies(Integer.MAX_VALUE, "a"));
        assertThatThrownBy(received::getObject).hasMessageContaining("java.util.Collections$CopiesList");
    }

    @Test
    void largeCollectionsThatAreNoneOfThisPass() throws JMSException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            texts.add("text " + i);
        }
        Map<String, Object> map = new HashMap<>(Map.of("first", texts, "second", texts));
        assertThat(received((Serializable) map).getObject()).isEqualTo(map);
    }
}
