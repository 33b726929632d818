/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a message-driven bean receives, and how (Jakarta Messaging 3.1, 12.8; Jakarta Connectors 2.1, 13.4.2). Every property is text,
 * since that is what servers have, and is checked by {@link #validate()}.
 *
 * <p>A bean of the server: set up on one thread, then only read. Two are never equal, since each is one activation.
 */
public final class PeeklockActivationSpec implements ActivationSpec, Serializable {

    private static final long serialVersionUID = 1L;

    private transient @Nullable ResourceAdapter adapter;
    private @Nullable String destination;
    private @Nullable String destinationName;
    private @Nullable String destinationLookup;
    private @Nullable String destinationType;
    private @Nullable String messageSelector;
    private @Nullable String acknowledgeMode;
    private @Nullable String subscriptionDurability;
    private @Nullable String subscriptionName;
    private @Nullable String clientId;
    private @Nullable String sharedSubscription;
    private @Nullable String connectionFactoryLookup;
    private @Nullable String url;
    private @Nullable String userName;
    private @Nullable String password;
    private @Nullable String maxSessions;
    private @Nullable String maxRedeliveries;
    private @Nullable String redeliveryDelay;
    private @Nullable String redeliveryBackOffMultiplier;
    private @Nullable String maxRedeliveryDelay;
    private @Nullable String reconnectAttempts;
    private @Nullable String reconnectInterval;
    private @Nullable String maxReconnectInterval;
    private @Nullable String failActivation;
    private @Nullable String deactivationTimeout;

    /** All that is wrong with it, in one exception that has the properties. */
    @Override
    public void validate() throws InvalidPropertyException {
        settings();
    }

    /** What the properties say. */
    ActivationSettings settings() throws InvalidPropertyException {
        return new SpecReading(this).read();
    }

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public void setResourceAdapter(ResourceAdapter adapter) throws ResourceException {
        this.adapter = adapter;
    }

    // ---- What is received

    public @Nullable String getDestination() {
        return destination;
    }

    /** The name of the queue or topic in the bus, under the name that other adapters have for it. Liberty takes it from annotations and
     * descriptors alone: in its server.xml it is {@link #setDestinationName destinationName}. */
    public void setDestination(@Nullable String destination) {
        this.destination = destination;
    }

    public @Nullable String getDestinationName() {
        return destinationName;
    }

    /** The name of the queue or topic in the bus; a subscription's is {@code topic/Subscriptions/name}. */
    public void setDestinationName(@Nullable String destinationName) {
        this.destinationName = destinationName;
    }

    public @Nullable String getDestinationLookup() {
        return destinationLookup;
    }

    /** The JNDI name of the queue or topic. */
    public void setDestinationLookup(@Nullable String destinationLookup) {
        this.destinationLookup = destinationLookup;
    }

    public @Nullable String getDestinationType() {
        return destinationType;
    }

    /** {@code jakarta.jms.Queue} or {@code jakarta.jms.Topic}; not needed with a lookup, and a queue if nothing is said. */
    public void setDestinationType(@Nullable String destinationType) {
        this.destinationType = destinationType;
    }

    public @Nullable String getMessageSelector() {
        return messageSelector;
    }

    /** Only messages that match; all if there is none. */
    public void setMessageSelector(@Nullable String messageSelector) {
        this.messageSelector = messageSelector;
    }

    public @Nullable String getAcknowledgeMode() {
        return acknowledgeMode;
    }

    /** {@code Auto-acknowledge} or {@code Dups-ok-acknowledge}: in both a bean without transactions has its messages under peek-lock. */
    public void setAcknowledgeMode(@Nullable String acknowledgeMode) {
        this.acknowledgeMode = acknowledgeMode;
    }

    // ---- Subscriptions

    public @Nullable String getSubscriptionDurability() {
        return subscriptionDurability;
    }

    /** {@code Durable} or {@code NonDurable}, which is the default. */
    public void setSubscriptionDurability(@Nullable String subscriptionDurability) {
        this.subscriptionDurability = subscriptionDurability;
    }

    public @Nullable String getSubscriptionName() {
        return subscriptionName;
    }

    /** The name of a durable or shared subscription. */
    public void setSubscriptionName(@Nullable String subscriptionName) {
        this.subscriptionName = subscriptionName;
    }

    public @Nullable String getClientId() {
        return clientId;
    }

    /** The client identifier, which an unshared durable subscription needs. One connection at a time can have it. */
    public void setClientId(@Nullable String clientId) {
        this.clientId = clientId;
    }

    public @Nullable String getSharedSubscription() {
        return sharedSubscription;
    }

    /** {@code true} if other activations, in other applications too, may consume from the subscription; {@code false} by default. */
    public void setSharedSubscription(@Nullable String sharedSubscription) {
        this.sharedSubscription = sharedSubscription;
    }

    // ---- Where the bus is

    public @Nullable String getConnectionFactoryLookup() {
        return connectionFactoryLookup;
    }

    /** The JNDI name of a connection factory of this adapter, whose bus and user are taken. */
    public void setConnectionFactoryLookup(@Nullable String connectionFactoryLookup) {
        this.connectionFactoryLookup = connectionFactoryLookup;
    }

    public @Nullable String getUrl() {
        return url;
    }

    /** Where the bus is, if not where the adapter says. */
    public void setUrl(@Nullable String url) {
        this.url = url;
    }

    public @Nullable String getUserName() {
        return userName;
    }

    /** The user, or shared access policy, if not that of the adapter. */
    public void setUserName(@Nullable String userName) {
        this.userName = userName;
    }

    public @Nullable String getPassword() {
        return password;
    }

    /** The user's password, or the policy's key. */
    public void setPassword(@Nullable String password) {
        this.password = password;
    }

    // ---- How it is delivered

    public @Nullable String getMaxSessions() {
        return maxSessions;
    }

    /** How many beans work at once, 1 to 1,000; 10 by default. */
    public void setMaxSessions(@Nullable String maxSessions) {
        this.maxSessions = maxSessions;
    }

    public @Nullable String getMaxRedeliveries() {
        return maxRedeliveries;
    }

    /** How often a message that failed comes again before it is dead-lettered; -1, the default, for as often as its queue allows. */
    public void setMaxRedeliveries(@Nullable String maxRedeliveries) {
        this.maxRedeliveries = maxRedeliveries;
    }

    public @Nullable String getRedeliveryDelay() {
        return redeliveryDelay;
    }

    /** How long a message is kept back after its first failure, {@code 1s} by default; 0 for what its queue says. */
    public void setRedeliveryDelay(@Nullable String redeliveryDelay) {
        this.redeliveryDelay = redeliveryDelay;
    }

    public @Nullable String getRedeliveryBackOffMultiplier() {
        return redeliveryBackOffMultiplier;
    }

    /** By how much the delay grows with each failure, 1 to 100; 2 by default. */
    public void setRedeliveryBackOffMultiplier(@Nullable String redeliveryBackOffMultiplier) {
        this.redeliveryBackOffMultiplier = redeliveryBackOffMultiplier;
    }

    public @Nullable String getMaxRedeliveryDelay() {
        return maxRedeliveryDelay;
    }

    /** The longest delay, {@code 1min} by default. */
    public void setMaxRedeliveryDelay(@Nullable String maxRedeliveryDelay) {
        this.maxRedeliveryDelay = maxRedeliveryDelay;
    }

    // ---- How it connects

    public @Nullable String getReconnectAttempts() {
        return reconnectAttempts;
    }

    /** How often it is tried again when the bus or the destination cannot be had; -1, the default, for ever. */
    public void setReconnectAttempts(@Nullable String reconnectAttempts) {
        this.reconnectAttempts = reconnectAttempts;
    }

    public @Nullable String getReconnectInterval() {
        return reconnectInterval;
    }

    /** How long after the first failure it is tried again, {@code 1s} by default; twice as long after each further one. */
    public void setReconnectInterval(@Nullable String reconnectInterval) {
        this.reconnectInterval = reconnectInterval;
    }

    public @Nullable String getMaxReconnectInterval() {
        return maxReconnectInterval;
    }

    /** The longest time between two attempts, {@code 30s} by default. */
    public void setMaxReconnectInterval(@Nullable String maxReconnectInterval) {
        this.maxReconnectInterval = maxReconnectInterval;
    }

    public @Nullable String getFailActivation() {
        return failActivation;
    }

    /** {@code true} if the application is not to be deployed when the first attempt fails; {@code false} by default. */
    public void setFailActivation(@Nullable String failActivation) {
        this.failActivation = failActivation;
    }

    public @Nullable String getDeactivationTimeout() {
        return deactivationTimeout;
    }

    /** How long an undeployment waits for beans at work, {@code 30s} by default. */
    public void setDeactivationTimeout(@Nullable String deactivationTimeout) {
        this.deactivationTimeout = deactivationTimeout;
    }

    // ---- Names that users of other adapters know

    public @Nullable String getMaxSession() {
        return maxSessions;
    }

    /** As {@link #setMaxSessions}; Artemis's name. */
    public void setMaxSession(@Nullable String maxSession) {
        this.maxSessions = maxSession;
    }

    public @Nullable String getMaximumRedeliveries() {
        return maxRedeliveries;
    }

    /** As {@link #setMaxRedeliveries}; ActiveMQ's name. */
    public void setMaximumRedeliveries(@Nullable String maximumRedeliveries) {
        this.maxRedeliveries = maximumRedeliveries;
    }

    public @Nullable String getInitialRedeliveryDelay() {
        return redeliveryDelay;
    }

    /** As {@link #setRedeliveryDelay}; ActiveMQ's name. */
    public void setInitialRedeliveryDelay(@Nullable String initialRedeliveryDelay) {
        this.redeliveryDelay = initialRedeliveryDelay;
    }

    public @Nullable String getShareSubscriptions() {
        return sharedSubscription;
    }

    /** As {@link #setSharedSubscription}; Artemis's name. */
    public void setShareSubscriptions(@Nullable String shareSubscriptions) {
        this.sharedSubscription = shareSubscriptions;
    }

    public @Nullable String getSetupAttempts() {
        return reconnectAttempts;
    }

    /** As {@link #setReconnectAttempts}; Artemis's name. */
    public void setSetupAttempts(@Nullable String setupAttempts) {
        this.reconnectAttempts = setupAttempts;
    }

    public @Nullable String getSetupInterval() {
        return reconnectInterval;
    }

    /** As {@link #setReconnectInterval}; Artemis's name. */
    public void setSetupInterval(@Nullable String setupInterval) {
        this.reconnectInterval = setupInterval;
    }

    @Override
    public String toString() {
        String name =
                destinationLookup == null ? destinationName == null ? destination : destinationName : destinationLookup;
        return "activation of " + name;
    }
}
