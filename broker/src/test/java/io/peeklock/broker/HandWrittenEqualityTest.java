/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.BackOff;
import io.peeklock.broker.entity.EntityKind;
import io.peeklock.broker.entity.EntityOptions;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.EntityStatus;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records whose equality is written by hand count every component, as a record's own equality would. */
class HandWrittenEqualityTest {

    /** Another value for each type that a component has; a path of a topic has no dead-letter queue. */
    private static final Map<Class<?>, Object> OTHERS = Map.of(
            boolean.class,
            true,
            int.class,
            7,
            long.class,
            7L,
            String.class,
            "other",
            UUID.class,
            new UUID(7, 7),
            Duration.class,
            Duration.ofDays(7),
            EntityKind.class,
            EntityKind.TOPIC,
            EntityStatus.class,
            EntityStatus.DISABLED,
            BackOff.class,
            new BackOff(Duration.ofSeconds(7), Duration.ofSeconds(8)));

    static Stream<Record> records() {
        return Stream.of(
                EntityPath.queue("orders"),
                EntityPath.subscription("orders", "all"),
                EntityOptions.NONE.toBuilder().defaultRule(false).build(),
                new BackOff(Duration.ZERO, Duration.ofDays(8)),
                new LockToken(1, 2, 3, new UUID(4, 5)),
                new LockToken(1, 2, 3, new UUID(4, 5), new UUID(6, 6)));
    }

    @ParameterizedTest
    @MethodSource("records")
    void aCopyIsEqual(Record record) throws Exception {
        Record copy = with(record, -1);

        assertThat(copy).isEqualTo(record).hasSameHashCodeAs(record).isNotSameAs(record);
        assertThat(record).isNotEqualTo(null).isNotEqualTo("something else");
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyComponentCounts(Record record) throws Exception {
        RecordComponent[] components = record.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            if (!isOfSubscriptions(record, components[i])) {
                assertThat(with(record, i)).as(components[i].getName()).isNotEqualTo(record);
            }
        }
    }

    /** These two belong together in a path: one cannot be changed alone. */
    private static boolean isOfSubscriptions(Record record, RecordComponent component) {
        return record instanceof EntityPath path
                && (component.getName().equals("kind") && path.subscription() != null
                        || component.getName().equals("subscription") && path.subscription() == null);
    }

    private static Record with(Record record, int changed) throws Exception {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = i == changed
                    ? OTHERS.get(types[i])
                    : components[i].getAccessor().invoke(record);
        }
        return (Record) record.getClass().getDeclaredConstructor(types).newInstance(values);
    }
}
