/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ObjectMessage;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Object messages. */
class ObjectMessageTest {

    static final List<Arguments> VALUES = each(
            "text",
            true,
            (byte) 1,
            (short) 2,
            'c',
            3,
            4L,
            5f,
            6d,
            BigInteger.TEN,
            BigDecimal.ONE,
            new UUID(1, 2),
            new Date(3),
            Instant.EPOCH,
            LocalDate.EPOCH,
            new int[] {1},
            new String[] {"a"},
            new byte[][] {{1}},
            new Object[] {"a", 1});

    static final List<Arguments> ARRAYS = each(new byte[] {1}, new Object[] {null}, new String[] {null});
    private static final int ELEMENT_AND_LENGTH_BYTES = 5;

    /** Each value one argument, arrays too. */
    private static List<Arguments> each(Serializable... values) {
        return Arrays.stream(values).map(value -> Arguments.of((Object) value)).toList();
    }

    private final ObjectMessage message = new PeeklockObjectMessage(MessageSettings.DEFAULT);

    /** A class of the application's. */
    private record Order(String id, Size size) implements Serializable {}

    /** An interface of the application's. */
    interface Named {
        String name();
    }

    private record Always(String answer) implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return answer;
        }
    }

    private enum Size {
        LARGE
    }

    private static ObjectMessage received(ObjectMessage of, String... trustedPackages) throws JMSException {
        return (ObjectMessage)
                Deliveries.received((PeeklockMessage) of, MessageSettings.trusting(List.of(trustedPackages)));
    }

    @ParameterizedTest
    @FieldSource("VALUES")
    void valuesOfTheJdkAreAlwaysTrusted(Serializable value) throws JMSException {
        message.setObject(value);

        assertThat(received(message).getObject()).usingRecursiveComparison().isEqualTo(value);
    }

    @Test
    void nullTravels() throws JMSException {
        assertThat(message.getObject()).isNull();
        assertThat(received(message).getObject()).isNull();
    }

    @Test
    void isASnapshotOfTheMomentItWasSet() throws JMSException {
        ArrayList<String> list = new ArrayList<>(List.of("a"));
        message.setObject(list);
        list.add("b");

        assertThat(message.getObject()).isEqualTo(List.of("a")).isNotSameAs(message.getObject());
        assertThat(received(message, "java.util").getObject()).isEqualTo(List.of("a"));
    }

    @Test
    void thatCannotBeSerialisedIsRefusedWhenItIsSet() {
        ArrayList<Object> list = new ArrayList<>(List.of(new Object()));

        assertThatThrownBy(() -> message.setObject(list))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("java.util.ArrayList");
    }

    @Test
    void ofAReceivedMessageIsReadOnlyUntilCleared() throws JMSException {
        message.setObject("a");
        ObjectMessage received = received(message);

        assertThatThrownBy(() -> received.setObject("b")).isInstanceOf(MessageNotWriteableException.class);
        received.clearBody();
        assertThat(received.getObject()).isNull();
        received.setObject("b");
        assertThat(received(received).getObject()).isEqualTo("b");
    }

    @Test
    void travelsOnWithoutBeingRead() throws JMSException {
        message.setObject(new Order("1", Size.LARGE));

        ObjectMessage forwarded = received(received(message), Order.class.getName(), Size.class.getName());

        assertThat(forwarded.getObject()).isEqualTo(new Order("1", Size.LARGE));
    }

    @Nested
    class Trust {

        @Test
        void isNeededForClassesOfTheApplicationThatWereReceived() throws JMSException {
            message.setObject(new Order("1", Size.LARGE));
            ObjectMessage received = received(message);

            assertThat(message.getObject()).isEqualTo(new Order("1", Size.LARGE));
            assertThatThrownBy(received::getObject)
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining(Order.class.getName())
                    .hasMessageContaining("trustedPackages");
            assertThatThrownBy(() -> received.getBody(Serializable.class)).isInstanceOf(MessageFormatException.class);
            assertThat(received.isBodyAssignableTo(Serializable.class)).isFalse();
        }

        @Test
        void isNotGivenToWhatIsInACollectionByTheCollection() throws JMSException {
            HashMap<String, Object> map = new HashMap<>();
            map.put("a", List.of(new Order("1", Size.LARGE)));
            message.setObject(map);

            assertThatThrownBy(() -> received(message).getObject()).hasMessageContaining(Order.class.getName());
            assertThat(received(message, "io.peeklock").getObject()).isEqualTo(map);
        }

        @Test
        void thatIsMissingIsNamedByTheOptionThatWouldGiveIt() throws JMSException {
            message.setObject(new Order("1", Size.LARGE));

            assertThatThrownBy(() -> received(message).getObject())
                    .hasMessageContaining("set the option trustedPackages=" + Order.class.getName() + ",");
            assertThatThrownBy(() ->
                            received(message, "com.acme", Order.class.getName()).getObject())
                    .hasMessageContaining("set the option trustedPackages=com.acme," + Order.class.getName() + ","
                            + Size.class.getName() + ",");
        }

        @Test
        void isNotGivenToOneClassByAnother() throws JMSException {
            message.setObject(new Order("1", Size.LARGE));

            assertThatThrownBy(() -> received(message, Order.class.getName()).getObject())
                    .hasMessageContaining(Size.class.getName());
            assertThatThrownBy(() -> received(message, "io.peeklock.jms.mess").getObject())
                    .hasMessageContaining(Order.class.getName());
            message.setObject(new Order[] {new Order("1", null)});
            assertThatThrownBy(() -> received(message).getObject()).hasMessageContaining(Order.class.getName());
        }

        @Test
        void isNotGivenToProxiesByTheirInterfacesAndHandlers() throws JMSException {
            message.setObject((Serializable) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Named.class, Serializable.class}, new Always("a")));

            assertThatThrownBy(() -> received(message).getObject()).hasMessageContaining(Named.class.getName());
            assertThatThrownBy(() -> received(message, "io.peeklock", "java.io.Serializable")
                            .getObject())
                    .hasMessageContaining("java.lang.reflect.Proxy");
            Serializable object = received(message, "io.peeklock", "java.io.Serializable", "java.lang.reflect.Proxy")
                    .getObject();
            assertThat(((Named) object).name()).isEqualTo("a");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"io.peeklock", "io.peeklock.jms.message", "io.peeklock.jms.message.ObjectMessageTest", "*"})
        void isGivenByPackageOrClassOrToAll(String trusted) throws JMSException {
            message.setObject(new Order("1", Size.LARGE));

            assertThat(received(message, trusted).getObject()).isEqualTo(new Order("1", Size.LARGE));
        }
    }

    private static ObjectMessage receivedWithBody(byte[] body) {
        return (ObjectMessage) MessageThawer.thaw(
                Deliveries.of(io.peeklock.broker.message.Message.builder()
                        .body(io.peeklock.broker.message.BodyKind.OBJECT, body)
                        .build()),
                Deliveries.ORDERS,
                MessageSettings.trusting(List.of("*")),
                null);
    }

    @Test
    void bytesThatAreNoObjectAreAFormatError() {
        for (byte[] body :
                new byte[][] {{1}, {(byte) 0xAC, (byte) 0xED, 0, 5}, {(byte) 0xAC, (byte) 0xED, 0, 5, 0x71, 0, 0x7E}}) {
            assertThatThrownBy(receivedWithBody(body)::getObject).isInstanceOf(MessageFormatException.class);
        }
    }

    @ParameterizedTest
    @FieldSource("ARRAYS")
    void anArrayLongerThanTheMessageIsRefusedBeforeItIsMade(Serializable array) throws JMSException {
        byte[] body = ObjectSerialization.serialize(array, SentClasses.NONE);
        // Four bytes of length before the one element.
        body[body.length - ELEMENT_AND_LENGTH_BYTES] = 0x7F;

        assertThatThrownBy(receivedWithBody(body)::getObject)
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("array");
    }
}
